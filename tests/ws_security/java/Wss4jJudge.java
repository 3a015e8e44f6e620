import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.KeyStore;
import java.util.*;
import javax.security.auth.callback.*;
import javax.xml.parsers.*;
import javax.xml.transform.*;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.ws.security.*;
import org.apache.ws.security.cache.MemoryReplayCache;
import org.apache.ws.security.components.crypto.*;
import org.apache.ws.security.handler.RequestData;
import org.apache.ws.security.message.*;
import org.apache.ws.security.util.WSSecurityUtil;
import org.w3c.dom.*;

/** Answers one command a line: {@code verify} and {@code sign}; an answer is one line, too. */
public class Wss4jJudge {
    static final MemoryReplayCache NONCES = new MemoryReplayCache();

    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split("\t", -1);
            String answer;
            try {
                answer = words[0].equals("verify") ? verify(words) : sign(words);
            } catch (WSSecurityException e) {
                answer = "refused\t" + (e.getFaultCode() == null ? "" : e.getFaultCode().getLocalPart()) + "\t" + e.getMessage();
            } catch (Exception e) {
                answer = "broken\t" + e.getClass().getName() + "\t" + e.getMessage();
            }
            System.out.println(answer.replace('\n', ' '));
            System.out.flush();
        }
    }

    static Document parse(String file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new File(file));
    }

    static Merlin crypto(String keystore) throws Exception {
        Merlin crypto = new Merlin();
        KeyStore store = KeyStore.getInstance(new File(keystore), "changeit".toCharArray());
        crypto.setKeyStore(store);
        return crypto;
    }

    static CallbackHandler passwords(String user, String password) {
        return callbacks -> {
            for (Callback callback : callbacks) {
                WSPasswordCallback asked = (WSPasswordCallback) callback;
                if (asked.getIdentifier().equals(user)) asked.setPassword(password);
            }
        };
    }

    /** verify FILE KEYSTORE USER PASSWORD OPTIONS */
    static String verify(String[] words) throws Exception {
        Document document = parse(words[1]);
        Set<String> options = new HashSet<>(Arrays.asList(words[5].split(",")));
        WSSConfig config = WSSConfig.getNewInstance();
        config.setWsiBSPCompliant(!options.contains("lax"));
        WSSecurityEngine engine = new WSSecurityEngine();
        engine.setWssConfig(config);
        RequestData data = new RequestData();
        data.setWssConfig(config);
        Merlin crypto = crypto(words[2]);
        data.setSigCrypto(crypto);
        data.setDecCrypto(crypto);
        data.setCallbackHandler(passwords(words[3], words[4]));
        data.setNonceReplayCache(NONCES);
        if (options.contains("sha256")) {
            AlgorithmSuite suite = new AlgorithmSuite();
            suite.addSignatureMethod("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
            suite.addC14nAlgorithm("http://www.w3.org/2001/10/xml-exc-c14n#");
            suite.addDigestAlgorithm("http://www.w3.org/2001/04/xmlenc#sha256");
            suite.addTransformAlgorithm("http://www.w3.org/2001/10/xml-exc-c14n#");
            data.setAlgorithmSuite(suite);
        }
        Element header = WSSecurityUtil.getSecurityHeader(document, "");
        if (header == null) return "none";
        List<WSSecurityEngineResult> results = engine.processSecurityHeader(header, data);
        StringBuilder told = new StringBuilder("ok");
        for (WSSecurityEngineResult result : results) {
            told.append('\t').append(result.get(WSSecurityEngineResult.TAG_ACTION));
            List<?> parts = (List<?>) result.get(WSSecurityEngineResult.TAG_DATA_REF_URIS);
            if (parts != null) for (Object part : parts) told.append(' ').append(((WSDataRef) part).getXpath());
        }
        if (options.contains("signed-body")) {
            WSDocInfo found = new WSDocInfo(document);
            for (WSSecurityEngineResult result : results) found.addResult(result);
            WSSecurityUtil.verifySignedElement(WSSecurityUtil.findBodyElement(document), found);
        }
        return told.toString();
    }

    /** sign IN OUT KEYSTORE ALIAS SIGNATURE DIGEST C14N USER PASSWORD PASSWORDTYPE BSP */
    static String sign(String[] words) throws Exception {
        Document document = parse(words[1]);
        WSSecHeader header = new WSSecHeader();
        header.insertSecurityHeader(document);
        WSSConfig config = WSSConfig.getNewInstance();
        config.setWsiBSPCompliant(words[11].equals("bsp"));
        if (!words[8].isEmpty()) {
            WSSecUsernameToken user = new WSSecUsernameToken(config);
            user.setPasswordType(WSConstants.USERNAMETOKEN_NS + "#" + words[10]);
            user.setUserInfo(words[8], words[9]);
            if (words[10].equals("PasswordText")) { user.addNonce(); user.addCreated(); }
            user.build(document, header);
        }
        WSSecTimestamp timestamp = new WSSecTimestamp(config);
        timestamp.setTimeToLive(300);
        timestamp.build(document, header);
        if (!words[4].isEmpty()) {
            WSSecSignature signature = new WSSecSignature(config);
            signature.setUserInfo(words[4], "changeit");
            signature.setKeyIdentifierType(WSConstants.BST_DIRECT_REFERENCE);
            signature.setSignatureAlgorithm(words[5]);
            signature.setDigestAlgo(words[6]);
            signature.setSigCanonicalization(words[7]);
            List<WSEncryptionPart> parts = new ArrayList<>();
            parts.add(new WSEncryptionPart("Timestamp", WSConstants.WSU_NS, "Content"));
            parts.add(new WSEncryptionPart("Body", document.getDocumentElement().getNamespaceURI(), "Content"));
            signature.setParts(parts);
            signature.build(document, crypto(words[3]), header);
        }
        Transformer writer = TransformerFactory.newInstance().newTransformer();
        writer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        writer.transform(new DOMSource(document), new StreamResult(new File(words[2])));
        return "signed";
    }
}
