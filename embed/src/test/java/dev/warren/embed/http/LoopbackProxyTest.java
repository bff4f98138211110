package dev.warren.embed.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.warren.embed.dns.Transport;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loopback proxy, as the JDK's client and as strangers see it. */
@Timeout(60)
class LoopbackProxyTest {
  /** A network of one name, on this machine. */
  private static final class OneHost implements Transport {
    @Override
    public Socket dial(InetSocketAddress to, Duration timeout) throws IOException {
      if (!to.getHostString().equals("page.corp")) {
        throw new UnknownHostException(to.getHostString() + ": no such name");
      }
      return new Socket(InetAddress.getLoopbackAddress(), to.getPort());
    }

    @Override
    public DatagramSocket datagrams(@Nullable InetAddress local, int port) throws IOException {
      return new DatagramSocket(port, local);
    }
  }

  private final HttpServer server;
  private LoopbackProxy proxy;

  LoopbackProxyTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    proxy = new LoopbackProxy(new OneHost());
  }

  @BeforeEach
  void serve() {
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          boolean told = exchange.getRequestHeaders().containsKey("Proxy-Authorization");
          String line = exchange.getRequestURI() + (told ? " secret!" : "");
          byte[] answer = body.length > 0 ? body : line.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    proxy.close();
    server.stop(0);
  }

  private URI page(String path) {
    return URI.create("http://page.corp:" + server.getAddress().getPort() + path);
  }

  private HttpClient client() {
    return HttpClient.newBuilder().proxy(java.net.ProxySelector.of(proxy.address())).build();
  }

  private void withoutProcesses() throws IOException {
    proxy.close();
    proxy = new LoopbackProxy(new OneHost(), false);
  }

  @Test
  void thisProcessIsLetIn() throws Exception {
    assumeTrue(PeerProcess.isKnown(), "no /proc here");
    try (HttpClient client = client()) {
      var request = HttpRequest.newBuilder(page("/a?b=c")).build();
      var response = client.send(request, BodyHandlers.ofString());
      assertEquals("/a?b=c", response.body());
      byte[] body = new byte[3_000_000];
      new Random(1).nextBytes(body);
      var post =
          HttpRequest.newBuilder(page("/")).POST(HttpRequest.BodyPublishers.ofByteArray(body));
      assertTrue(Arrays.equals(body, client.send(post.build(), BodyHandlers.ofByteArray()).body()));
    }
  }

  @Test
  void withoutProcessesTheSecretIsAskedFor() throws Exception {
    withoutProcesses();
    try (HttpClient client = client()) {
      HttpRequest.Builder request = HttpRequest.newBuilder(page("/"));
      assertEquals(407, client.send(request.build(), BodyHandlers.ofString()).statusCode());
      request.setHeader("Proxy-Authorization", "Warren 00");
      assertEquals(407, client.send(request.build(), BodyHandlers.ofString()).statusCode());
      request.setHeader("Proxy-Authorization", proxy.credentials());
      assertEquals("/", client.send(request.build(), BodyHandlers.ofString()).body());
    }
  }

  /** The header that lets the JDK's client in also comes with its CONNECT, which Basic does not. */
  @Test
  void theClientSendsTheSecretWithConnect() throws Exception {
    withoutProcesses();
    try (HttpClient client = client()) {
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://page.corp:1/"));
      assertEquals(407, client.send(request.build(), BodyHandlers.ofString()).statusCode());
      request.setHeader("Proxy-Authorization", proxy.credentials());
      // Let in, and then there is nobody.
      IOException nobody =
          assertThrows(
              IOException.class, () -> client.send(request.build(), BodyHandlers.ofString()));
      assertEquals("Tunnel failed, got: 502", nobody.getMessage());
    }
  }

  @Test
  void otherProgramsAreKeptOut(@TempDir Path folder) throws Exception {
    assumeTrue(PeerProcess.isKnown(), "no /proc here");
    Path bash = Path.of("/bin/bash");
    assumeTrue(Files.isExecutable(bash), "no bash here");
    Path output = folder.resolve("output");
    Process other =
        new ProcessBuilder(
                bash.toString(),
                "-c",
                "exec 3<>/dev/tcp/127.0.0.1/"
                    + proxy.address().getPort()
                    + "; printf 'GET "
                    + page("/")
                    + " HTTP/1.1\\r\\n\\r\\n' >&3; cat <&3")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(other.waitFor(20, TimeUnit.SECONDS));
    } finally {
      other.destroyForcibly();
    }
    String said = Files.readString(output);
    assertTrue(said.startsWith("HTTP/1.1 407 "), said);
    assertTrue(said.contains("Proxy-Authenticate: Warren"), said);
  }

  @ParameterizedTest
  @CsvSource({
    "'GET http://other.corp/ HTTP/1.1\n\n', 502",
    "'CONNECT other.corp:443 HTTP/1.1\n\n', 502",
    "'CONNECT page.corp:1 HTTP/1.1\n\n', 502",
    "'CONNECT page.corp HTTP/1.1\n\n', 400",
    "'CONNECT page.corp:65536 HTTP/1.1\n\n', 400",
    "'GET ftp://page.corp/ HTTP/1.1\n\n', 400",
    "'GET / HTTP/1.1\n\n', 400",
    "'GET http://page.corp/ HTTP/2.0\n\n', 400",
    "'GET http://u@page.corp/ HTTP/1.1\n\n', 400",
    "'GET http://page.corp/ HTTP/1.1\na : b\n\n', 400",
    "'GET http://page.corp/ HTTP/1.1\na: b\n c\n\n', 400",
    "'hello\n\n', 400",
  })
  void eachRefusalHasItsStatus(String request, int status) throws Exception {
    assumeTrue(PeerProcess.isKnown(), "no /proc here");
    String head = said(request);
    assertTrue(head.startsWith("HTTP/1.1 " + status + " "), head);
  }

  @Test
  void headsHaveABound() throws Exception {
    assumeTrue(PeerProcess.isKnown(), "no /proc here");
    String head = said("GET http://page.corp/ HTTP/1.1\n" + "a: b\n".repeat(13_200));
    assertTrue(head.startsWith("HTTP/1.1 431 "), head);
  }

  private String said(String request) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(proxy.address());
      socket.setSoTimeout(20_000);
      String text = request.replace("\n", "\r\n");
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void aTunnelThroughItEndsHalfByHalf() throws Exception {
    assumeTrue(PeerProcess.isKnown(), "no /proc here");
    try (Socket socket = new Socket()) {
      socket.connect(proxy.address());
      socket.setSoTimeout(20_000);
      String connect = "CONNECT page.corp:" + server.getAddress().getPort() + " HTTP/1.1\r\n\r\n";
      String get = "GET /x HTTP/1.0\r\n\r\n";
      socket.getOutputStream().write((connect + get).getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(all.startsWith("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200"), all);
      assertTrue(all.endsWith("/x"), all);
    }
  }

  @Test
  void onlyWhatIsInsideGoesThrough() throws Exception {
    InetAddress inner = InetAddress.ofLiteral("10.1.0.1");
    TunnelProxySelector selector =
        new TunnelProxySelector(
            new OneHost(),
            host -> {
              if (host.equals("db.example")) {
                return List.of(inner);
              }
              throw new UnknownHostException(host);
            },
            inner::equals,
            host -> host.endsWith(".corp"));
    try (selector) {
      for (String uri :
          List.of("http://10.1.0.1/", "https://x.corp/", "ws://db.example/", "wss://db.example/")) {
        Proxy proxy = Objects.requireNonNull(selector.select(URI.create(uri)).getFirst());
        assertEquals(selector.address(), proxy.address(), uri);
      }
      for (String uri : List.of("http://10.1.0.2/", "https://example.org/", "ftp://10.1.0.1/")) {
        assertEquals(List.of(Proxy.NO_PROXY), selector.select(URI.create(uri)), uri);
      }
      assertNotNull(selector.authorization());
    }
  }
}
