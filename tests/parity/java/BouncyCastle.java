import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;

/** Writes a key and its chain by a KeyStore of BouncyCastle: TYPE RSA|EC KEY.der CHAIN.pem OUT PASSWORD. */
final class BouncyCastle {
    public static void main(String[] args) throws Exception {
        Security.addProvider((Provider) Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider")
                .getDeclaredConstructor().newInstance());
        PrivateKey key = KeyFactory.getInstance(args[1], "BC")
                .generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(Paths.get(args[2]))));
        Certificate[] chain;
        try (FileInputStream in = new FileInputStream(args[3])) {
            chain = CertificateFactory.getInstance("X.509", "BC").generateCertificates(in).toArray(new Certificate[0]);
        }
        KeyStore store = KeyStore.getInstance(args[0], "BC");
        store.load(null, null);
        store.setKeyEntry("My Client", key, args[5].toCharArray(), chain);
        if (chain.length > 1) {
            store.setCertificateEntry("An Authority", chain[chain.length - 1]);
        }
        try (FileOutputStream out = new FileOutputStream(args[4])) {
            store.store(out, args[5].toCharArray());
        }
    }
}
