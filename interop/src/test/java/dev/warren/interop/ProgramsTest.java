package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.warren.embed.PeerSettings;
import dev.warren.embed.Tunnel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocketListener;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Programs that are not ours, through a tunnel: {@code near} is the program's, {@code far} serves.
 */
@Timeout(60)
class ProgramsTest {
  private static final String NEAR_KEY = "YAnz5TF+lXXJte14tji3zlMNftft3lj0R0lRzMNdvUs=";
  private static final String FAR_KEY = "GNn5A8gl1PJk8F2YnfT7m8rfkyOT2GJDjA2AhXTHPmU=";
  private static final String FAR = "10.9.0.1";

  private final Tunnel far;
  private final Tunnel near;
  private final MockWebServer server = new MockWebServer();

  ProgramsTest() throws IOException {
    far = Tunnel.builder().privateKey(FAR_KEY).address("10.9.0.1/24").name("far").open();
    near =
        Tunnel.builder()
            .privateKey(NEAR_KEY)
            .address("10.9.0.2/24")
            .name("near")
            .peer(
                PeerSettings.of(far.status().publicKey(), "10.9.0.0/24")
                    .at("127.0.0.1:" + far.status().listenPort()))
            .open();
    far.addPeer(PeerSettings.of(near.status().publicKey(), "10.9.0.2/32"));
  }

  @BeforeEach
  void listen() {
    server.setServerSocketFactory(far.serverSocketFactory());
  }

  @AfterEach
  void close() {
    server.close();
    near.close();
    far.close();
  }

  private void start() throws IOException {
    server.start(InetAddress.ofLiteral(FAR), 0);
  }

  private URI page(String scheme, String path) {
    return URI.create(scheme + "://" + FAR + ":" + server.getPort() + path);
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  /** A server's certificate, and who trusts it. */
  private HandshakeCertificates secured() {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName(FAR).build();
    var own = new HandshakeCertificates.Builder().heldCertificate(certificate).build();
    server.useHttps(own.sslSocketFactory());
    return new HandshakeCertificates.Builder()
        .addTrustedCertificate(certificate.certificate())
        .build();
  }

  @Test
  void jdkHttpClientGetsAndPosts() throws Exception {
    start();
    byte[] body = bytes(2_000_000);
    server.enqueue(new MockResponse.Builder().body(new okio.Buffer().write(body)).build());
    server.enqueue(new MockResponse.Builder().body("thanks").build());
    try (HttpClient client = HttpClient.newBuilder().proxy(near.proxySelector()).build()) {
      var get = HttpRequest.newBuilder(page("http", "/get")).build();
      assertArrayEquals(body, client.send(get, BodyHandlers.ofByteArray()).body());
      var post =
          HttpRequest.newBuilder(page("http", "/post"))
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      assertEquals("thanks", client.send(post, BodyHandlers.ofString()).body());
    }
    assertEquals(
        "/get",
        Objects.requireNonNull(server.takeRequest(5, TimeUnit.SECONDS)).getUrl().encodedPath());
    ByteString posted = Objects.requireNonNull(server.takeRequest(5, TimeUnit.SECONDS)).getBody();
    assertEquals(ByteString.of(body), posted);
  }

  @Test
  void jdkHttpClientSpeaksHttp2OverTls() throws Exception {
    HandshakeCertificates trust = secured();
    start();
    server.enqueue(new MockResponse.Builder().body("two").build());
    try (HttpClient client =
        HttpClient.newBuilder()
            .proxy(near.proxySelector())
            .sslContext(trust.sslContext())
            .build()) {
      var response =
          client.send(HttpRequest.newBuilder(page("https", "/")).build(), BodyHandlers.ofString());
      assertEquals("two", response.body());
      assertEquals(HttpClient.Version.HTTP_2, response.version());
    }
  }

  @Test
  void jdkWebSocket() throws Exception {
    start();
    server.enqueue(new MockResponse.Builder().webSocketUpgrade(new Echo()).build());
    try (HttpClient client = HttpClient.newBuilder().proxy(near.proxySelector()).build()) {
      CompletableFuture<String> heard = new CompletableFuture<>();
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(
                  page("ws", "/"),
                  new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(
                        WebSocket webSocket, CharSequence data, boolean last) {
                      heard.complete(data.toString());
                      return CompletableFuture.completedFuture(null);
                    }
                  })
              .get(30, TimeUnit.SECONDS);
      socket.sendText("hello", true).get(30, TimeUnit.SECONDS);
      assertEquals("hello", heard.get(30, TimeUnit.SECONDS));
      socket.abort();
    }
  }

  private static final class Echo extends WebSocketListener {
    @Override
    public void onMessage(okhttp3.WebSocket webSocket, String text) {
      webSocket.send(text);
    }
  }

  @Test
  void okHttpByFactoryAndWithHttp2InTheClear() throws Exception {
    server.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    start();
    server.enqueue(new MockResponse.Builder().body("two").build());
    byte[] body = bytes(1_000_000);
    server.enqueue(new MockResponse.Builder().body("thanks").build());
    OkHttpClient client =
        new OkHttpClient.Builder()
            .socketFactory(near.socketFactory())
            .dns(host -> near.resolve(host))
            .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
            .build();
    String url = page("http", "/").toString();
    try (Response response = client.newCall(new Request.Builder().url(url).build()).execute()) {
      assertEquals(Protocol.H2_PRIOR_KNOWLEDGE, response.protocol());
      assertEquals("two", response.body().string());
    }
    Request post = new Request.Builder().url(url).post(RequestBody.create(body)).build();
    try (Response response = client.newCall(post).execute()) {
      assertEquals("thanks", response.body().string());
    }
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
