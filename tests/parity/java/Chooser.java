import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;

/** One key manager, asked by real JSSE handshakes with a canned server that sends the CertificateRequest as given. */
final class Chooser {
    private final Listening manager;
    private final SSLContext context;

    Chooser(X509ExtendedKeyManager manager, String algorithm) throws Exception {
        this.manager = new Listening(manager, algorithm);
        context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {this.manager}, new TrustManager[] {new TrustAll()}, null);
    }

    Object choose(String tls, byte[] request) throws Exception {
        manager.calls.clear();
        CannedServer server = new CannedServer(tls.equals("TLSv1.3"), request);
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(new Pipe(server), "server.example", 443, true);
        Throwable trouble = null;
        try {
            socket.startHandshake();
        } catch (Throwable thrown) {
            trouble = server.exhausted ? null : thrown;
        }
        server.readReply();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("calls", new ArrayList<>(manager.calls));
        answer.put("certificates", server.clientCertificates);
        answer.put("scheme", server.clientScheme);
        answer.put("alert", server.clientAlert);
        answer.put("exception", trouble == null ? Collections.emptyList() : Judge.chain(trouble));
        return answer;
    }

    /** Passes everything on and remembers what it was asked. */
    static final class Listening extends X509ExtendedKeyManager {
        final List<Object> calls = new ArrayList<>();
        private final X509ExtendedKeyManager inner;
        private final String algorithm;

        Listening(X509ExtendedKeyManager inner, String algorithm) {
            this.inner = inner;
            this.algorithm = algorithm;
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            String alias = inner.chooseClientAlias(keyTypes, issuers, socket);
            Map<String, Object> call = new LinkedHashMap<>();
            List<Object> types = new ArrayList<>();
            Collections.addAll(types, (Object[]) keyTypes);
            call.put("key_types", types);
            List<Object> names = null;
            if (issuers != null) {
                names = new ArrayList<>();
                for (Principal issuer : issuers) names.add(((X500Principal) issuer).getName());
            }
            call.put("issuers", names);
            call.put("alias", Judge.plain(alias, algorithm));
            calls.add(call);
            return alias;
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            throw new UnsupportedOperationException("an SSLSocket asks chooseClientAlias");
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return inner.getClientAliases(keyType, issuers);
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return inner.getServerAliases(keyType, issuers);
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return inner.chooseServerAlias(keyType, issuers, socket);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return inner.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return inner.getPrivateKey(alias);
        }
    }

    /** Accepts every server: only the client's certificate is of interest here. */
    static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** A connected socket without a network: what is written goes to the canned server, what is read comes from it. */
    static final class Pipe extends Socket {
        private final CannedServer server;

        Pipe(CannedServer server) {
            this.server = server;
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public InetAddress getInetAddress() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public OutputStream getOutputStream() {
            return server.said;
        }

        @Override
        public InputStream getInputStream() {
            return new InputStream() {
                private byte[] answer;
                private int offset;

                @Override
                public int read() {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] target, int start, int length) {
                    if (answer == null) answer = server.flight();
                    int count = Math.min(length, answer.length - offset);
                    if (count <= 0) {
                        server.exhausted = true;
                        return -1;
                    }
                    System.arraycopy(answer, offset, target, start, count);
                    offset += count;
                    return count;
                }

                @Override
                public int available() {
                    return answer == null ? 0 : answer.length - offset;
                }
            };
        }

        @Override
        public void setSoTimeout(int timeout) {}

        @Override
        public void setTcpNoDelay(boolean on) {}

        @Override
        public void shutdownInput() {}

        @Override
        public void shutdownOutput() {}
    }
}
