import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;

/**
 * Says what this JVM sees in keystores: one request per line on stdin (type, store password, key password, algorithm,
 * file; Base64, "-" for a null password), one JSON object per line on stdout.
 */
public final class KeyStoreJudge {
    private static final String[] KEY_TYPES = {"RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA"};

    public static void main(String[] arguments) throws Exception {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] words = line.split(" ", -1);
            byte[] file = Base64.getDecoder().decode(words[4]);
            System.out.println(judge(text(words[0]), password(words[1]), password(words[2]), words[3], file));
            System.out.flush();
        }
    }

    private static String judge(String type, char[] store, char[] key, String algorithm, byte[] file) {
        StringBuilder answer = new StringBuilder("{");
        String stage = "getInstance";
        try {
            KeyStore keyStore = KeyStore.getInstance(type);
            stage = "load";
            keyStore.load(new ByteArrayInputStream(file), store);
            answer.append("\"entries\": ").append(entries(keyStore)).append(", ");
            stage = "kmf.init";
            KeyManagerFactory factory = KeyManagerFactory.getInstance(algorithm);
            factory.init(keyStore, key);
            answer.append("\"keys\": ").append(keys((X509KeyManager) factory.getKeyManagers()[0])).append(", ");
            stage = "ok";
        } catch (Throwable refused) {
            answer.append("\"java\": ").append(chain(refused)).append(", ");
        }
        return answer.append("\"stage\": ").append(quoted(stage)).append("}").toString();
    }

    private static String entries(KeyStore keyStore) throws Exception {
        List<String> entries = new ArrayList<>();
        for (String alias : Collections.list(keyStore.aliases())) {
            boolean trusted = keyStore.isCertificateEntry(alias);
            Certificate[] chain = trusted
                    ? new Certificate[] {keyStore.getCertificate(alias)} : keyStore.getCertificateChain(alias);
            List<String> prints = new ArrayList<>();
            for (Certificate certificate : chain == null ? new Certificate[0] : chain) {
                X509Certificate x509 = (X509Certificate) certificate;
                prints.add("[" + quoted(sha256(x509.getEncoded())) + ", "
                        + quoted(x509.getSubjectX500Principal().getName()) + ", "
                        + quoted(x509.getPublicKey().getAlgorithm()) + ", " + x509.getNotAfter().getTime() + "]");
            }
            String kind = trusted ? "TrustedCertificate" : prints.isEmpty() ? "other" : "PrivateKey";
            entries.add("[" + quoted(alias) + ", " + quoted(kind) + ", " + prints + "]");
        }
        return entries.toString();
    }

    private static String keys(X509KeyManager manager) throws Exception {
        List<String> keys = new ArrayList<>();
        for (String type : KEY_TYPES) {
            String[] aliases = manager.getClientAliases(type, null);
            for (String alias : aliases == null ? new String[0] : aliases) {
                PrivateKey key = manager.getPrivateKey(alias);
                keys.add("[" + quoted(type) + ", " + quoted(alias) + ", "
                        + (key == null ? "null" : quoted(sha256(key.getEncoded()))) + "]");
            }
        }
        return keys.toString();
    }

    private static String chain(Throwable refused) {
        List<String> links = new ArrayList<>();
        for (Throwable link = refused; link != null; link = link.getCause()) {
            links.add("[" + quoted(link.getClass().getName()) + ", " + quoted(link.getMessage()) + "]");
        }
        return links.toString();
    }

    private static String sha256(byte[] data) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    }

    private static String text(String word) {
        return new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8);
    }

    private static char[] password(String word) {
        return word.equals("-") ? null : text(word).toCharArray();
    }

    private static String quoted(String text) {
        if (text == null) {
            return "null";
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (char unit : text.toCharArray()) {
            if (unit == '"' || unit == '\\' || unit < ' ' || unit > '~') {
                quoted.append(String.format("\\u%04x", (int) unit));
            } else {
                quoted.append(unit);
            }
        }
        return quoted.append('"').toString();
    }
}
