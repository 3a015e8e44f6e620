import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Answers on stdout, one JSON line for each request line on stdin, what this Java does with a keystore, a
 * CertificateRequest or a call. A request is tab-separated: the operation, then name=value with base64 values.
 * Compiles for Java 8, so that any JRE may be asked.
 */
public final class Judge {
    private static final String[] KEY_TYPES = {"RSA", "EC", "EdDSA", "Ed25519", "Ed448", "DSA", "RSASSA-PSS", "XDH", "DH"};
    private static final Map<String, Chooser> CHOOSERS = new LinkedHashMap<>();

    public static void main(String[] arguments) throws Exception {
        // the text of a second look-up of an unknown host would depend on when the first one was
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII), 1 << 16);
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), false);
        for (String line; (line = in.readLine()) != null; ) {
            Object answer;
            try {
                answer = answer(new Request(line));
            } catch (Throwable trouble) {
                answer = single("judge_failed", chain(trouble));
            }
            out.println(Json.text(answer));
            out.flush();
        }
        System.exit(0);
    }

    private static Object answer(Request request) throws Exception {
        switch (request.operation) {
            case "version":
                Map<String, Object> told = single("version", System.getProperty("java.version"));
                told.put("missing", missing());
                return told;
            case "load":
                return load(request);
            case "make":
                return make(request);
            case "server":
                CannedServer.certificate = request.bytes("certificate");
                CannedServer.key = KeyFactory.getInstance("EC")
                        .generatePrivate(new PKCS8EncodedKeySpec(request.bytes("key")));
                return single("ready", true);
            case "open":
                return open(request);
            case "close":
                CHOOSERS.remove(request.text("id"));
                return single("closed", true);
            case "choose":
                return CHOOSERS.get(request.text("id")).choose(request.text("tls"), request.bytes("request"));
            case "call":
                return Calls.call(request);
            case "answer":
                return Answers.answer(request);
            default:
                throw new IllegalArgumentException(request.operation);
        }
    }

    /** What is needed and not there: a runtime may have been made without some of Java's modules. */
    private static List<Object> missing() {
        List<Object> found = new ArrayList<>();
        String[] needed = {"KeyFactory.RSA", "KeyFactory.DSA", "KeyFactory.EC", "KeyPairGenerator.EC", "KeyAgreement.ECDH",
            "KeyStore.JKS", "KeyStore.PKCS12", "KeyStore.JCEKS", "KeyManagerFactory.SunX509", "SSLContext.TLS"};
        for (String one : needed) {
            if (Security.getProviders(one) == null) found.add(one);
        }
        return found;
    }

    /** Loads a keystore and builds its key managers: entries, usable keys by type, or the exception chain. */
    private static Object load(Request request) throws Exception {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("entries", Collections.emptyList());
        answer.put("keys", Collections.emptyMap());
        answer.put("private", Collections.emptyMap());
        answer.put("failed_at", null);
        answer.put("exception", Collections.emptyList());
        KeyStore store = KeyStore.getInstance(request.text("type"));
        try {
            store.load(new ByteArrayInputStream(request.bytes("data")), request.password("store"));
        } catch (Throwable trouble) {
            answer.put("failed_at", "load");
            answer.put("exception", chain(trouble));
            return answer;
        }
        answer.put("entries", entries(store));
        try {
            X509ExtendedKeyManager manager = keyManager(store, request);
            Map<String, Object> keys = new LinkedHashMap<>();
            Map<String, Object> secrets = new LinkedHashMap<>();
            for (String type : KEY_TYPES) {
                String[] aliases = manager.getClientAliases(type, null);
                if (aliases == null) continue;
                List<Object> names = new ArrayList<>();
                for (String alias : aliases) {
                    names.add(plain(alias, request.text("algorithm")));
                    PrivateKey key = manager.getPrivateKey(alias);
                    secrets.put(plain(alias, request.text("algorithm")), fingerprint(key));
                }
                keys.put(type, names);
            }
            answer.put("keys", keys);
            answer.put("private", secrets);
        } catch (Throwable trouble) {
            answer.put("failed_at", "kmf.init");
            answer.put("exception", chain(trouble));
        }
        return answer;
    }

    /** Of a key whose algorithm Java does not know it keeps less than was stored. */
    private static String fingerprint(PrivateKey key) throws Exception {
        if (key == null) return null;
        return key.getAlgorithm().indexOf('.') > 0 ? "of an unknown algorithm" : sha256(key.getEncoded());
    }

    private static List<Object> entries(KeyStore store) throws Exception {
        List<Object> found = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("alias", alias);
            Certificate[] certificates = store.getCertificateChain(alias);
            if (store.isCertificateEntry(alias)) {
                entry.put("kind", "TrustedCertificate");
                certificates = new Certificate[] {store.getCertificate(alias)};
            } else {
                entry.put("kind", certificates == null || certificates.length == 0 ? "bare key" : "PrivateKey");
            }
            entry.put("chain", hashes(certificates));
            entry.put("created", store.getCreationDate(alias) == null ? null : store.getCreationDate(alias).getTime());
            found.add(entry);
        }
        return found;
    }

    static X509ExtendedKeyManager keyManager(KeyStore store, Request request) throws Exception {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(request.text("algorithm"));
        factory.init(store, request.password("key"));
        return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
    }

    /** Keeps the key manager of a keystore under an id, for many questions. */
    private static Object open(Request request) throws Exception {
        KeyStore store = KeyStore.getInstance(request.text("type"));
        store.load(new ByteArrayInputStream(request.bytes("data")), request.password("store"));
        CHOOSERS.put(request.text("id"), new Chooser(keyManager(store, request), request.text("algorithm")));
        return single("opened", true);
    }

    /** Writes a keystore: entry0=alias,keyType,pkcs8,keyPassword,certificate,… each field base64, comma-separated. */
    private static Object make(Request request) throws Exception {
        KeyStore store = KeyStore.getInstance(request.text("type"));
        store.load(null, null);
        for (int i = 0; request.has("entry" + i); i++) {
            String[] fields = request.raw("entry" + i).split(",", -1);
            String alias = new String(Base64.getDecoder().decode(fields[0]), StandardCharsets.UTF_8);
            Certificate[] certificates = new Certificate[fields.length - 4];
            for (int j = 4; j < fields.length; j++) {
                certificates[j - 4] = CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(fields[j])));
            }
            if (store.containsAlias(alias)) continue;
            if (fields[1].isEmpty()) {
                store.setCertificateEntry(alias, certificates[0]);
                continue;
            }
            String type = new String(Base64.getDecoder().decode(fields[1]), StandardCharsets.UTF_8);
            byte[] encoded = Base64.getDecoder().decode(fields[2]);
            boolean secret = type.startsWith("secret ");
            Key key = secret
                    ? new SecretKeySpec(encoded, type.substring("secret ".length()))
                    : KeyFactory.getInstance(type).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            String password = new String(Base64.getDecoder().decode(fields[3]), StandardCharsets.UTF_8);
            store.setKeyEntry(alias, key, password.toCharArray(), secret ? null : certificates);
        }
        java.io.ByteArrayOutputStream written = new java.io.ByteArrayOutputStream();
        store.store(written, request.password("store"));
        return single("data", Base64.getEncoder().encodeToString(written.toByteArray()));
    }

    /** NewSunX509 calls an alias uid.builder.alias. */
    static String plain(String alias, String algorithm) {
        if (alias == null || algorithm.equalsIgnoreCase("SunX509")) return alias;
        return alias.substring(alias.indexOf('.', alias.indexOf('.') + 1) + 1);
    }

    static List<Object> hashes(Certificate[] certificates) throws Exception {
        List<Object> found = new ArrayList<>();
        for (Certificate certificate : certificates == null ? new Certificate[0] : certificates) {
            found.add(sha256(certificate.getEncoded()));
        }
        return found;
    }

    static String sha256(byte[] data) throws Exception {
        StringBuilder hex = new StringBuilder();
        for (byte octet : MessageDigest.getInstance("SHA-256").digest(data)) hex.append(String.format("%02x", octet));
        return hex.toString();
    }

    /** A throwable and its causes, outermost first, as [class, message] pairs. */
    static List<Object> chain(Throwable trouble) {
        List<Object> found = new ArrayList<>();
        for (Throwable one = trouble; one != null && found.size() < 10; one = one.getCause()) {
            List<Object> pair = new ArrayList<>();
            pair.add(one.getClass().getName());
            pair.add(one.getMessage());
            found.add(pair);
        }
        return found;
    }

    static Map<String, Object> single(String name, Object value) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(name, value);
        return answer;
    }

    /** One request line. */
    static final class Request {
        final String operation;
        private final Map<String, String> values = new LinkedHashMap<>();

        Request(String line) {
            String[] parts = line.split("\t", -1);
            operation = parts[0];
            for (int i = 1; i < parts.length; i++) {
                int cut = parts[i].indexOf('=');
                values.put(parts[i].substring(0, cut), parts[i].substring(cut + 1));
            }
        }

        boolean has(String name) {
            return values.containsKey(name);
        }

        String raw(String name) {
            return values.get(name);
        }

        byte[] bytes(String name) {
            return Base64.getDecoder().decode(values.get(name));
        }

        String text(String name) {
            return has(name) ? new String(bytes(name), StandardCharsets.UTF_8) : null;
        }

        char[] password(String name) {
            return has(name) ? text(name).toCharArray() : null;
        }

        int number(String name) {
            return Integer.parseInt(text(name));
        }
    }

    /** Just enough JSON to write. */
    static final class Json {
        static String text(Object value) {
            StringBuilder text = new StringBuilder();
            write(value, text);
            return text.toString();
        }

        private static void write(Object value, StringBuilder text) {
            if (value instanceof Map) {
                String separator = "{";
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                    text.append(separator);
                    write(entry.getKey(), text);
                    text.append(':');
                    write(entry.getValue(), text);
                    separator = ",";
                }
                text.append(separator.equals("{") ? "{}" : "}");
            } else if (value instanceof List) {
                String separator = "[";
                for (Object item : (List<?>) value) {
                    text.append(separator);
                    write(item, text);
                    separator = ",";
                }
                text.append(separator.equals("[") ? "[]" : "]");
            } else if (value == null || value instanceof Number || value instanceof Boolean) {
                text.append(value);
            } else {
                text.append('"');
                for (char c : value.toString().toCharArray()) {
                    if (c == '"' || c == '\\' || c < ' ' || c > '~') text.append(String.format("\\u%04x", (int) c));
                    else text.append(c);
                }
                text.append('"');
            }
        }
    }
}
