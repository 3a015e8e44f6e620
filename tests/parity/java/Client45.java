import java.net.URI;
import javax.net.ssl.SSLContext;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;

/** Apache HttpClient 4.5 as it comes. */
public final class Client45 implements Calls.Client {
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
}
