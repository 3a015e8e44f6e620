import java.io.*;
import java.net.*;
import java.security.*;
import java.security.cert.*;
import java.security.spec.*;
import java.util.*;
import java.util.concurrent.*;
import javax.net.ssl.*;

/**
 * Answers what a JSSE client thinks of a chain. One question a line, tab-separated: TLS version, host to compare
 * ("-": none), trust ("anchors" or "plain"), key algorithm, PKCS#8 key, chain and anchors (comma-separated, Base64).
 * The answer: the exception chain, outermost first, class and message alternating, tab-separated; "." ends it.
 */
public class TrustJudge {
    static final ExecutorService POOL = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    public static void main(String[] arguments) throws Exception {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line; (line = in.readLine()) != null;) {
            String[] part = line.split("\t", -1);
            PrivateKey key = KeyFactory.getInstance(part[3])
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(part[4])));
            StringBuilder told = new StringBuilder();
            Throwable thrown = ask(part[0], part[1], part[2], key, certificates(part[5]), certificates(part[6]));
            for (; thrown != null; thrown = thrown.getCause()) {
                told.append(thrown.getClass().getName()).append('\t').append(thrown.getMessage()).append('\t');
            }
            out.println(told + ".");
        }
    }

    static Throwable ask(String tls, String host, String trust, PrivateKey key, X509Certificate[] chain,
            X509Certificate[] anchors) throws Exception {
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(new KeyManager[] {new Given(key, chain)}, null, null);
        InetAddress here = InetAddress.getLoopbackAddress();
        try (SSLServerSocket listening = (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1, here)) {
            listening.setEnabledProtocols(new String[] {tls});
            Future<?> serving = POOL.submit(() -> {
                try (SSLSocket socket = (SSLSocket) listening.accept()) {
                    socket.setSoTimeout(5000);
                    socket.startHandshake();
                    socket.getInputStream().read();
                } catch (IOException refused) {
                    // the client's story is the one that counts
                }
            });
            SSLContext client = SSLContext.getInstance("TLS");
            client.init(null, trust.equals("plain") ? new TrustManager[] {new Anyone()} : managers(anchors), null);
            Socket raw = new Socket(here, listening.getLocalPort());
            raw.setSoTimeout(5000);
            String name = host.equals("-") ? "localhost" : host;
            try (SSLSocket socket = (SSLSocket) client.getSocketFactory()
                    .createSocket(raw, name, listening.getLocalPort(), true)) {
                socket.setEnabledProtocols(new String[] {tls});
                if (!host.equals("-")) {
                    SSLParameters parameters = socket.getSSLParameters();
                    parameters.setEndpointIdentificationAlgorithm("HTTPS");
                    socket.setSSLParameters(parameters);
                }
                socket.startHandshake();
                socket.getOutputStream().write(1);
                return null;
            } catch (IOException refused) {
                return refused;
            } finally {
                serving.get(10, TimeUnit.SECONDS);
            }
        }
    }

    static X509Certificate[] certificates(String encoded) throws Exception {
        List<X509Certificate> found = new ArrayList<>();
        for (String one : encoded.split(",")) {
            if (!one.isEmpty()) {
                found.add((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(one))));
            }
        }
        return found.toArray(new X509Certificate[0]);
    }

    static TrustManager[] managers(X509Certificate[] anchors) throws Exception {
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        for (int i = 0; i < anchors.length; i++) {
            store.setCertificateEntry("anchor" + i, anchors[i]);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** Accepts every chain, as a plain (not extended) trust manager. */
    static class Anyone implements X509TrustManager {
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** The server's one key, whatever is asked for. */
    static class Given extends X509ExtendedKeyManager {
        final PrivateKey key;
        final X509Certificate[] chain;

        Given(PrivateKey key, X509Certificate[] chain) {
            this.key = key;
            this.chain = chain;
        }

        public String[] getClientAliases(String type, Principal[] issuers) {
            return null;
        }

        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return null;
        }

        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[] {"given"};
        }

        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return "given";
        }

        public X509Certificate[] getCertificateChain(String alias) {
            return chain;
        }

        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }
}
