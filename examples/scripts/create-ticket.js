// A server-side script as it stands in a business rule or a scheduled job. sn-mock script runs it unchanged.
(function () {
    try {
        var message = new sn_ws.SOAPMessageV2('AcmeTickets', 'CreateTicket');
        message.setStringParameter('short_description', 'printer on fire & smoking');
        var response = message.execute();
        gs.info('status ' + response.getStatusCode());
        if (response.haveError()) {
            throw response.getErrorMessage();
        }
        gs.info(response.getBody());
    } catch (error) {
        gs.error('ticket not created: ' + error);
    }
})();
