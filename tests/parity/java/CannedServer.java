import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The first flight of a TLS server with any CertificateRequest, and a look at the client's answer.
 *
 * RFC 5246 with TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, RFC 8446 with TLS_AES_128_GCM_SHA256, both on secp256r1 (on X25519
 * where a client of TLS 1.3 offers that alone); enough to make a real client choose and send its certificate, not more. In TLS 1.2 the handshake then ends for want of a
 * Finished.
 */
final class CannedServer {
    static byte[] certificate;
    static PrivateKey key;

    private static final KeyPair SHARE = share();

    final ByteArrayOutputStream said = new ByteArrayOutputStream();
    /** The client wanted to read more than there is. */
    boolean exhausted;
    List<Object> clientCertificates;
    Integer clientScheme;
    Integer clientAlert;

    private final boolean tls13;
    private final byte[] request;
    private int heard;
    private byte[] clientSecret;

    CannedServer(boolean tls13, byte[] request) {
        this.tls13 = tls13;
        this.request = request;
    }

    private static KeyPair share() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (Exception trouble) {
            throw new IllegalStateException(trouble);
        }
    }

    byte[] flight() {
        try {
            byte[] hello = said.toByteArray();
            heard = hello.length;
            byte[] message = Arrays.copyOfRange(hello, 5, hello.length);
            return tls13 ? flight13(message) : flight12(message);
        } catch (Exception trouble) {
            throw new IllegalStateException(trouble);
        }
    }

    // RFC 5246

    private byte[] flight12(byte[] hello) throws Exception {
        byte[] random = new byte[32];
        byte[] serverHello = message(2, join(bytes(3, 3), random, bytes(0), bytes(0xC0, 0x2B, 0),
                vector(2, bytes(0xFF, 1, 0, 1, 0))));
        byte[] parameters = join(bytes(3, 0, 23), vector(1, point((ECPublicKey) SHARE.getPublic())));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(Arrays.copyOfRange(hello, 6, 38));
        signature.update(random);
        signature.update(parameters);
        return records(22, join(
                serverHello,
                message(11, vector(3, vector(3, certificate))),
                message(12, join(parameters, bytes(4, 3), vector(2, signature.sign()))),
                request,
                message(14)));
    }

    // RFC 8446

    private byte[] flight13(byte[] hello) throws Exception {
        ByteBuffer in = ByteBuffer.wrap(hello);
        in.position(4 + 2 + 32);
        byte[] session = take(in, 1);
        take(in, 2);
        take(in, 1);
        byte[] point = null;
        byte[] montgomery = null;
        for (ByteBuffer extensions = ByteBuffer.wrap(take(in, 2)); extensions.hasRemaining(); ) {
            int type = extensions.getShort() & 0xFFFF;
            ByteBuffer data = ByteBuffer.wrap(take(extensions, 2));
            if (type != 51) continue;
            for (ByteBuffer shares = ByteBuffer.wrap(take(data, 2)); shares.hasRemaining(); ) {
                int group = shares.getShort();
                byte[] share = take(shares, 2);
                if (group == 23) point = share;
                if (group == 29) montgomery = share;
            }
        }
        KeyPair own = point == null ? KeyPairGenerator.getInstance("X25519").generateKeyPair() : SHARE;
        byte[] share = point == null
                ? join(bytes(0, 29), vector(2, tail(own.getPublic().getEncoded())))
                : join(bytes(0, 23), vector(2, point((ECPublicKey) own.getPublic())));
        byte[] serverHello = message(2, join(bytes(3, 3), new byte[32], vector(1, session), bytes(0x13, 1, 0),
                vector(2, join(bytes(0, 43, 0, 2, 3, 4), bytes(0, 51), vector(2, share)))));
        MessageDigest transcript = MessageDigest.getInstance("SHA-256");
        transcript.update(hello);
        transcript.update(serverHello);
        byte[] zeros = new byte[32];
        byte[] empty = MessageDigest.getInstance("SHA-256").digest();
        byte[] early = hmac(zeros, zeros);
        byte[] handshake = hmac(expand(early, "derived", empty, 32), point == null ? agree(own, montgomery) : agree(point));
        byte[] hellos = copy(transcript);
        clientSecret = expand(handshake, "c hs traffic", hellos, 32);
        byte[] serverSecret = expand(handshake, "s hs traffic", hellos, 32);

        ByteArrayOutputStream flight = new ByteArrayOutputStream();
        add(flight, transcript, message(8, bytes(0, 0)));
        add(flight, transcript, request);
        add(flight, transcript, message(11, join(bytes(0), vector(3, join(vector(3, certificate), bytes(0, 0))))));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        byte[] blanks = new byte[64];
        Arrays.fill(blanks, (byte) ' ');
        signature.update(blanks);
        signature.update("TLS 1.3, server CertificateVerify\0".getBytes(StandardCharsets.US_ASCII));
        signature.update(copy(transcript));
        add(flight, transcript, message(15, join(bytes(4, 3), vector(2, signature.sign()))));
        add(flight, transcript, message(20, hmac(expand(serverSecret, "finished", new byte[0], 32), copy(transcript))));
        return join(records(22, serverHello), sealed(serverSecret, flight.toByteArray()));
    }

    private static byte[] agree(byte[] theirs) throws Exception {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(new BigInteger(1, Arrays.copyOfRange(theirs, 1, 33)),
                new BigInteger(1, Arrays.copyOfRange(theirs, 33, 65)));
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(SHARE.getPrivate());
        agreement.doPhase(KeyFactory.getInstance("EC").generatePublic(
                new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class))), true);
        return agreement.generateSecret();
    }

    /** X25519 by the names that Java 11 gave it; RFC 8410 has the prefix of such a key. */
    private static byte[] agree(KeyPair own, byte[] theirs) throws Exception {
        byte[] prefix = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00};
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(own.getPrivate());
        agreement.doPhase(KeyFactory.getInstance("X25519")
                .generatePublic(new X509EncodedKeySpec(join(prefix, theirs))), true);
        return agreement.generateSecret();
    }

    private static byte[] tail(byte[] encoded) {
        return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }

    private static byte[] sealed(byte[] secret, byte[] flight) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int sequence = 0;
        for (int start = 0; start < flight.length; start += 16000) {
            byte[] inner = join(Arrays.copyOfRange(flight, start, Math.min(flight.length, start + 16000)), bytes(22));
            byte[] header = join(bytes(23, 3, 3), number(2, inner.length + 16));
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, secret, sequence++);
            cipher.updateAAD(header);
            out.write(header);
            out.write(cipher.doFinal(inner));
        }
        return out.toByteArray();
    }

    private static Cipher cipher(int mode, byte[] secret, int sequence) throws Exception {
        byte[] nonce = expand(secret, "iv", new byte[0], 12);
        for (int i = 0; i < 4; i++) nonce[11 - i] ^= (byte) (sequence >> 8 * i);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(expand(secret, "key", new byte[0], 16), "AES"), new GCMParameterSpec(128, nonce));
        return cipher;
    }

    private static byte[] expand(byte[] secret, String label, byte[] context, int length) throws Exception {
        byte[] info = join(number(2, length), vector(1, ("tls13 " + label).getBytes(StandardCharsets.US_ASCII)), vector(1, context));
        return Arrays.copyOf(hmac(secret, join(info, bytes(1))), length);
    }

    private static byte[] hmac(byte[] secret, byte[] data) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(data);
    }

    private static byte[] copy(MessageDigest digest) throws Exception {
        return ((MessageDigest) digest.clone()).digest();
    }

    private static void add(ByteArrayOutputStream flight, MessageDigest transcript, byte[] message) throws IOException {
        flight.write(message);
        transcript.update(message);
    }

    // The client's answer

    void readReply() throws Exception {
        ByteBuffer in = ByteBuffer.wrap(said.toByteArray());
        in.position(heard);
        ByteArrayOutputStream handshake = new ByteArrayOutputStream();
        int sequence = 0;
        boolean opaque = false;
        while (in.remaining() >= 5) {
            byte[] header = new byte[5];
            in.get(header);
            byte[] body = new byte[(header[3] & 0xFF) << 8 | header[4] & 0xFF];
            in.get(body);
            int type = header[0];
            if (type == 20) {
                opaque = !tls13;
                continue;
            }
            if (opaque) break;
            if (type == 23) {
                Cipher cipher = cipher(Cipher.DECRYPT_MODE, clientSecret, sequence++);
                cipher.updateAAD(header);
                byte[] inner = cipher.doFinal(body);
                int end = inner.length - 1;
                while (inner[end] == 0) end--;
                type = inner[end];
                body = Arrays.copyOf(inner, end);
            }
            if (type == 21 && clientAlert == null && !(exhausted && !tls13)) clientAlert = (int) body[1];
            if (type == 22) handshake.write(body);
        }
        for (ByteBuffer messages = ByteBuffer.wrap(handshake.toByteArray()); messages.remaining() >= 4; ) {
            int type = messages.get();
            ByteBuffer body = ByteBuffer.wrap(take(messages, 3));
            if (type == 11) readCertificate(body);
            if (type == 15) clientScheme = body.getShort() & 0xFFFF;
        }
    }

    private void readCertificate(ByteBuffer body) throws Exception {
        clientCertificates = new ArrayList<>();
        if (tls13) take(body, 1);
        for (ByteBuffer list = ByteBuffer.wrap(take(body, 3)); list.hasRemaining(); ) {
            clientCertificates.add(Judge.sha256(take(list, 3)));
            if (tls13) take(list, 2);
        }
    }

    // Bytes

    private static byte[] records(int type, byte[] data) {
        byte[] out = new byte[0];
        for (int start = 0; start < data.length; start += 16000) {
            byte[] part = Arrays.copyOfRange(data, start, Math.min(data.length, start + 16000));
            out = join(out, bytes(type, 3, 3), vector(2, part));
        }
        return out;
    }

    private static byte[] message(int type, byte[]... body) {
        return join(bytes(type), vector(3, join(body)));
    }

    private static byte[] vector(int octets, byte[] data) {
        return join(number(octets, data.length), data);
    }

    private static byte[] number(int octets, int value) {
        byte[] out = new byte[octets];
        for (int i = 0; i < octets; i++) out[i] = (byte) (value >> 8 * (octets - 1 - i));
        return out;
    }

    private static byte[] bytes(int... values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < values.length; i++) out[i] = (byte) values[i];
        return out;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) out.write(part, 0, part.length);
        return out.toByteArray();
    }

    private static byte[] take(ByteBuffer in, int lengthOctets) {
        int length = 0;
        for (int i = 0; i < lengthOctets; i++) length = length << 8 | in.get() & 0xFF;
        byte[] out = new byte[length];
        in.get(out);
        return out;
    }

    private static byte[] point(ECPublicKey key) {
        return join(bytes(4), coordinate(key.getW().getAffineX()), coordinate(key.getW().getAffineY()));
    }

    private static byte[] coordinate(BigInteger value) {
        byte[] raw = value.toByteArray();
        byte[] out = new byte[32];
        int length = Math.min(32, raw.length);
        System.arraycopy(raw, raw.length - length, out, 32 - length, length);
        return out;
    }
}
