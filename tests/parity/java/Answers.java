import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;

/** What an HTTP client makes of an answer: status, headers and body, or what it throws. */
final class Answers {
    /** One HTTP client library: POST the body to the URL, `times` times with one client, and tell of the last answer. */
    interface Reader {
        void read(String url, SSLContext context, byte[] body, int limit, Answer answer) throws Throwable;

        default void close() throws Exception {}
    }

    static final class Answer {
        Integer status;
        byte[] body;
        final List<Object> headers = new ArrayList<>();

        void header(String name, String value) {
            headers.add(Arrays.asList(name, value));
        }
    }

    static Object answer(Judge.Request request) throws Exception {
        Map<String, Object> told = new LinkedHashMap<>();
        Answer answer = new Answer();
        Throwable trouble = null;
        Reader reader = null;
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, request.has("anchor0") ? Calls.trust(request).getTrustManagers() : null, null);
            String name = request.text("client");
            boolean telemetry = name.endsWith("+telemetry");
            reader = name.equals("urlconnection") ? Answers::withUrlConnection
                    : (Reader) Class.forName(name.startsWith("commons") ? "Commons31" : "Client45")
                            .getDeclaredConstructor(boolean.class).newInstance(telemetry);
            int times = request.has("times") ? request.number("times") : 1;
            for (int i = 0; i < times; i++) {
                answer = new Answer();
                reader.read(request.text("url"), context, request.bytes("body"), request.number("limit"), answer);
            }
        } catch (Throwable thrown) {
            trouble = thrown;
        }
        if (reader != null) reader.close();
        told.put("status", trouble == null ? answer.status : null);
        told.put("headers", trouble == null ? answer.headers : Collections.emptyList());
        told.put("body", trouble != null || answer.body == null ? "" : Base64.getEncoder().encodeToString(answer.body));
        told.put("exception", trouble == null ? Collections.emptyList() : Judge.chain(trouble));
        return told;
    }

    private static void withUrlConnection(String url, SSLContext context, byte[] body, int limit, Answer answer)
            throws Throwable {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        if (connection instanceof HttpsURLConnection) {
            ((HttpsURLConnection) connection).setSSLSocketFactory(context.getSocketFactory());
        }
        connection.setConnectTimeout(limit);
        connection.setReadTimeout(limit);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "text/xml; charset=UTF-8");
        connection.getOutputStream().write(body);
        connection.getOutputStream().close();
        answer.status = connection.getResponseCode();
        try (InputStream in = answer.status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            answer.body = in == null ? null : all(in);
        }
        for (int i = 1; connection.getHeaderField(i) != null; i++) {
            answer.header(connection.getHeaderFieldKey(i), connection.getHeaderField(i));
        }
    }

    static byte[] all(InputStream in) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        for (int n; (n = in.read(buffer)) > 0; ) read.write(buffer, 0, n);
        return read.toByteArray();
    }
}
