import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import org.apache.http.Header;
import org.apache.http.HttpEntity;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.entity.ContentType;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;

/** Apache HttpClient 4.5 as it comes. */
public final class Client45 implements Calls.Client, Answers.Reader {
    private CloseableHttpClient kept;

    public Client45(boolean telemetry) {}

    @Override
    public int post(String url, SSLContext context, byte[] body, int connectTimeout, int readTimeout) throws Throwable {
        RequestConfig limits = RequestConfig.custom().setConnectTimeout(connectTimeout).setSocketTimeout(readTimeout).build();
        HttpPost post = new HttpPost(URI.create(url));
        post.setConfig(limits);
        post.setHeader("Content-Type", "text/xml; charset=UTF-8");
        post.setHeader("SOAPAction", "\"urn:acme:tickets:CreateTicket\"");
        post.setEntity(new ByteArrayEntity(body));
        try (CloseableHttpClient client = HttpClients.custom()
                        .setSSLSocketFactory(new SSLConnectionSocketFactory(context)).build();
                CloseableHttpResponse response = client.execute(post)) {
            EntityUtils.consume(response.getEntity());
            return response.getStatusLine().getStatusCode();
        }
    }

    @Override
    public void read(String url, SSLContext context, byte[] body, int limit, Answers.Answer answer) throws Throwable {
        HttpPost post = new HttpPost(url);
        post.setHeader("Content-Type", "text/xml; charset=UTF-8");
        post.setEntity(new ByteArrayEntity(body));
        if (kept == null) {
            RequestConfig limits = RequestConfig.custom().setConnectTimeout(limit).setSocketTimeout(limit).build();
            kept = HttpClients.custom().setDefaultRequestConfig(limits)
                    .setSSLSocketFactory(new SSLConnectionSocketFactory(context)).build();
        }
        try (CloseableHttpResponse response = kept.execute(post)) {
            answer.status = response.getStatusLine().getStatusCode();
            answer.body = response.getEntity() == null ? null : octets(response.getEntity());
            for (Header header : response.getAllHeaders()) answer.header(header.getName(), header.getValue());
        }
    }

    /** Read as text, as programs do, which looks at the charset first. */
    private static byte[] octets(HttpEntity entity) throws IOException {
        String text = EntityUtils.toString(entity);
        ContentType type = ContentType.get(entity);
        return text.getBytes(type == null || type.getCharset() == null ? StandardCharsets.ISO_8859_1 : type.getCharset());
    }

    @Override
    public void close() throws IOException {
        if (kept != null) kept.close();
    }
}
