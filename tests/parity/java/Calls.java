import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URL;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Real calls through an HTTP client of Java's, each with a TLS context of its own. */
final class Calls {
    private static final int LONGEST_MS = 60_000;

    /** One HTTP client library: POST the body and return the status. */
    interface Client {
        int post(String url, SSLContext context, byte[] body, int connectTimeout, int readTimeout) throws Throwable;
    }

    static Object call(Judge.Request request) throws Exception {
        Map<String, Object> answer = new LinkedHashMap<>();
        Chooser.Listening listening = null;
        Integer status = null;
        Throwable trouble = null;
        boolean hangs = false;
        try {
            KeyManager[] managers = null;
            if (request.has("data")) {
                KeyStore store = KeyStore.getInstance(request.text("type"));
                store.load(new ByteArrayInputStream(request.bytes("data")), request.password("store"));
                listening = new Chooser.Listening(Judge.keyManager(store, request), request.text("algorithm"));
                managers = new KeyManager[] {listening};
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers, trust(request).getTrustManagers(), null);
            status = posted(client(request.text("client")), request, context);
        } catch (TimeoutException silent) {
            hangs = request.has("patience");
            trouble = hangs ? null : silent;
        } catch (Throwable thrown) {
            trouble = thrown;
        }
        Object alias = null; // JDK 11 asks on for other key types where it cannot use the key that it was named
        for (Object call : listening == null ? Collections.emptyList() : listening.calls) {
            Object named = ((Map<?, ?>) call).get("alias");
            alias = named == null ? alias : named;
        }
        answer.put("status", status);
        answer.put("hangs", hangs);
        answer.put("exception", trouble == null ? Collections.emptyList() : Judge.chain(trouble));
        answer.put("alias", alias);
        return answer;
    }

    /**
     * The status, or what was thrown; in a thread of its own, since a handshake without a time limit may never end:
     * where the question has a `patience`, a call that takes so many ms is said to hang.
     */
    private static int posted(Client client, Judge.Request request, SSLContext context) throws Throwable {
        FutureTask<Integer> call = new FutureTask<>(() -> {
            try {
                return client.post(request.text("url"), context, request.bytes("body"),
                        request.number("connect_timeout"), request.number("read_timeout"));
            } catch (Exception | Error thrown) {
                throw thrown;
            } catch (Throwable thrown) {
                throw new IllegalStateException(thrown);
            }
        });
        Thread thread = new Thread(call, "call");
        thread.setDaemon(true);
        thread.start();
        try {
            return call.get(request.has("patience") ? request.number("patience") : LONGEST_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause();
        }
    }

    static TrustManagerFactory trust(Judge.Request request) throws Exception {
        KeyStore anchors = KeyStore.getInstance("JKS");
        anchors.load(null, null);
        for (int i = 0; request.has("anchor" + i); i++) {
            try {
                anchors.setCertificateEntry("anchor" + i, CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(request.bytes("anchor" + i))));
            } catch (CertificateException | RuntimeException unreadable) {
                continue; // sn-mock takes it that an instance goes on without such a record, whatever is thrown
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        return factory;
    }

    private static Client client(String name) throws Exception {
        if (name.equals("urlconnection")) return Calls::withUrlConnection;
        boolean telemetry = name.endsWith("+telemetry");
        Class<?> adapter = Class.forName(name.startsWith("commons") ? "Commons31" : "Client45");
        return (Client) adapter.getDeclaredConstructor(boolean.class).newInstance(telemetry);
    }

    private static int withUrlConnection(String url, SSLContext context, byte[] body, int connectTimeout, int readTimeout)
            throws Throwable {
        HttpsURLConnection connection = (HttpsURLConnection) new URL(url).openConnection();
        connection.setSSLSocketFactory(context.getSocketFactory());
        connection.setConnectTimeout(connectTimeout);
        connection.setReadTimeout(readTimeout);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "text/xml; charset=UTF-8");
        connection.setRequestProperty("SOAPAction", "\"urn:acme:tickets:CreateTicket\"");
        connection.getOutputStream().write(body);
        connection.getOutputStream().close();
        int status = connection.getResponseCode();
        try (InputStream answer = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            byte[] buffer = new byte[4096];
            while (answer != null && answer.read(buffer) >= 0) continue;
        }
        return status;
    }
}
