import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.apache.commons.httpclient.HostConfiguration;
import org.apache.commons.httpclient.Header;
import org.apache.commons.httpclient.HttpClient;
import org.apache.commons.httpclient.SimpleHttpConnectionManager;
import org.apache.commons.httpclient.methods.ByteArrayRequestEntity;
import org.apache.commons.httpclient.methods.PostMethod;
import org.apache.commons.httpclient.params.HttpConnectionParams;
import org.apache.commons.httpclient.protocol.Protocol;
import org.apache.commons.httpclient.protocol.ProtocolSocketFactory;
import org.apache.commons.httpclient.protocol.SecureProtocolSocketFactory;

/** commons-httpclient 3.1 with a socket factory of one's own, as an instance's DBKeyStoreSocketFactory is. */
public final class Commons31 implements Calls.Client, Answers.Reader {
    private HttpClient kept;
    private final boolean telemetry;

    public Commons31(boolean telemetry) {
        this.telemetry = telemetry;
    }

    @Override
    public int post(String url, SSLContext context, byte[] body, int connectTimeout, int readTimeout) throws Throwable {
        URL target = new URL(url);
        ProtocolSocketFactory factory = new Factory(context, telemetry);
        HostConfiguration host = new HostConfiguration();
        host.setHost(target.getHost(), target.getPort(), new Protocol("https", factory, 443));
        HttpClient client = new HttpClient();
        client.getHttpConnectionManager().getParams().setConnectionTimeout(connectTimeout);
        client.getHttpConnectionManager().getParams().setSoTimeout(readTimeout);
        PostMethod method = new PostMethod(target.getPath());
        method.setRequestHeader("SOAPAction", "\"urn:acme:tickets:CreateTicket\"");
        method.setRequestEntity(new ByteArrayRequestEntity(body, "text/xml; charset=UTF-8"));
        try {
            int status = client.executeMethod(host, method);
            method.getResponseBody();
            return status;
        } finally {
            method.releaseConnection();
        }
    }

    @Override
    public void read(String url, SSLContext context, byte[] body, int limit, Answers.Answer answer) throws Throwable {
        URL target = new URL(url);
        HostConfiguration host = new HostConfiguration();
        host.setHost(target.getHost(), target.getPort(), url.startsWith("https:")
                ? new Protocol("https", (ProtocolSocketFactory) new Factory(context, telemetry), 443)
                : Protocol.getProtocol("http"));
        if (kept == null) kept = new HttpClient();
        kept.getHttpConnectionManager().getParams().setConnectionTimeout(limit);
        kept.getHttpConnectionManager().getParams().setSoTimeout(limit);
        PostMethod method = new PostMethod(target.getPath());
        method.setRequestEntity(new ByteArrayRequestEntity(body, "text/xml; charset=UTF-8"));
        try {
            answer.status = kept.executeMethod(host, method);
            answer.body = method.getResponseBody();
            for (Header header : method.getResponseHeaders()) answer.header(header.getName(), header.getValue());
        } finally {
            method.releaseConnection();
        }
    }

    @Override
    public void close() {
        if (kept != null) ((SimpleHttpConnectionManager) kept.getHttpConnectionManager()).shutdown();
    }

    private static final class Factory implements SecureProtocolSocketFactory {
        private final SSLContext context;
        private final boolean telemetry;

        Factory(SSLContext context, boolean telemetry) {
            this.context = context;
            this.telemetry = telemetry;
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort, HttpConnectionParams parameters)
                throws IOException {
            Socket socket = context.getSocketFactory().createSocket();
            socket.bind(new InetSocketAddress(local, localPort));
            socket.connect(new InetSocketAddress(host, port), parameters.getConnectionTimeout());
            return observed(socket);
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return observed(context.getSocketFactory().createSocket(host, port, local, localPort));
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return observed(context.getSocketFactory().createSocket(host, port));
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
            return observed(context.getSocketFactory().createSocket(socket, host, port, autoClose));
        }

        private Socket observed(Socket socket) {
            if (!telemetry) return socket;
            try {
                ((SSLSocket) socket).getSession().getPeerCertificates();
            } catch (SSLPeerUnverifiedException swallowed) {
                return socket;
            }
            return socket;
        }
    }
}
