package dev.warren.embed.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.config.proxy.Credentials;
import dev.warren.embed.proxy.Rig;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.Refusal;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP by its bytes. Its lines end in CR LF, which those of a text block do not. */
@SuppressWarnings("StringConcatToTextBlock")
class HttpServiceTest {
  private Rig rig = new Rig();
  private int proxy;

  /** The heads that origins have got. */
  private final List<String> heads = new CopyOnWriteArrayList<>();

  @BeforeEach
  void serve() throws IOException {
    proxy = rig.serve(new HttpService(rig, null, rig.limits));
  }

  @AfterEach
  void end() throws IOException {
    rig.close();
  }

  private Socket say(String text) throws IOException {
    Socket client = rig.client(proxy);
    client.getOutputStream().write(Rig.ascii(text));
    return client;
  }

  private String ask(String text) throws IOException {
    return Rig.rest(say(text));
  }

  /** An origin that answers with this and ends; its port. */
  private int origin(String answer) throws IOException {
    return rig.origin(
        socket -> {
          heads.add(Rig.head(socket.getInputStream()));
          socket.getOutputStream().write(Rig.ascii(answer));
        });
  }

  private static String get(int port) {
    return "GET http://127.0.0.1:" + port + "/a?b HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n";
  }

  private void status(int status, String request) throws IOException {
    String answer = ask(request);
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), () -> request + answer);
    assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
  }

  @Test
  void connect() throws IOException {
    int echo = rig.echo();
    Socket client =
        say("CONNECT echo.test:" + echo + " HTTP/1.1\r\nHost: echo.test:" + echo + "\r\n\r\nhello");
    assertEquals("HTTP/1.1 200 Connection established\r\n\r\n", Rig.head(client.getInputStream()));
    assertEquals("hello", Rig.next(client, 5));
    client.shutdownOutput();
    assertEquals("", Rig.rest(client));
    assertTrue(rig.resolved.contains("echo.test"));
  }

  @Test
  void plain() throws IOException {
    int port = origin("HTTP/1.1 200 Fine\r\nContent-Length: 2\r\nX: y\r\nKeep-Alive: 5\r\n\r\nhi");
    String request =
        get(port)
            + "Accept: */*\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\nX-Hop: 1\r\n"
            + "Connection: X-Hop, close\r\nProxy-Authorization: Basic eDp5\r\n\r\n";
    assertEquals(
        "HTTP/1.1 200 Fine\r\nX: y\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi",
        ask(request));
    assertEquals(
        "GET /a?b HTTP/1.1\r\nHost: 127.0.0.1:"
            + port
            + "\r\nAccept: */*\r\nConnection: close\r\n\r\n",
        heads.getFirst());
  }

  @Test
  void theHostIsThatOfTheUri() throws IOException {
    int port = origin("HTTP/1.1 204 No Content\r\n\r\n");
    ask("GET http://127.0.0.1:" + port + " HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n");
    assertTrue(heads.getFirst().startsWith("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n"));
    ask("OPTIONS http://127.0.0.1:" + port + "?q HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertTrue(heads.get(1).startsWith("OPTIONS /?q HTTP/1.1\r\n"), heads.get(1));
    ask("OPTIONS http://127.0.0.1:" + port + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertTrue(heads.get(2).startsWith("OPTIONS * HTTP/1.1\r\n"), heads.get(2));
  }

  @Test
  void severalRequestsOnAConnection() throws IOException {
    int one = origin("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
    int two =
        origin(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\ntwo\r\n0\r\n"
                + "Trailer: x\r\n\r\n");
    Socket client = say(get(one) + "\r\n" + get(two) + "\r\n");
    assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", Rig.head(client.getInputStream()));
    assertEquals("one", Rig.next(client, 3));
    assertEquals(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Rig.head(client.getInputStream()));
    assertEquals("3\r\ntwo\r\n0\r\n\r\n", Rig.next(client, 13));
    client.getOutputStream().write(Rig.ascii("HEAD" + get(one).substring(3) + "\r\n"));
    assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", Rig.head(client.getInputStream()));
    client.getOutputStream().write(Rig.ascii(get(one) + "\r\n"));
    assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", Rig.head(client.getInputStream()));
    assertEquals(1, rig.counters.openedCount());
  }

  /** An answer without an end goes to its end, and so does the connection. */
  @Test
  void untilTheEnd() throws IOException {
    int port = origin("HTTP/1.0 200 OK\r\n\r\n" + "x".repeat(50_000));
    String answer = ask(get(port) + "\r\n");
    assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + "x".repeat(50_000), answer);
  }

  @Test
  void oldClientsGetNoChunks() throws IOException {
    int port = origin("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n");
    String answer = ask("GET http://127.0.0.1:" + port + "/ HTTP/1.0\r\n\r\n");
    assertEquals("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\ntwo", answer);
  }

  /** An origin that tells how much body it got. */
  private int counting() throws IOException {
    return rig.origin(
        socket -> {
          InputStream in = new BufferedInputStream(socket.getInputStream());
          String head = Rig.head(in);
          heads.add(head);
          boolean chunked = head.contains("Transfer-Encoding: chunked");
          int bytes = 0;
          if (chunked) {
            for (int size = size(in); size > 0; size = size(in)) {
              bytes += in.readNBytes(size).length;
              in.readNBytes(2);
            }
            in.readNBytes(2);
          } else {
            int length =
                Integer.parseInt(head.replaceFirst("(?s).*Content-Length: ([0-9]+).*", "$1"));
            bytes = in.readNBytes(length).length;
          }
          String text = "got " + bytes;
          socket
              .getOutputStream()
              .write(
                  Rig.ascii(
                      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
                          + text.length()
                          + "\r\n\r\n"
                          + text));
        });
  }

  private static int size(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.indexOf("\r\n") < 0) {
      line.append((char) in.read());
    }
    return Integer.parseInt(line.substring(0, line.length() - 2), 16);
  }

  @Test
  void bodies() throws IOException {
    int port = counting();
    String post = "POST" + get(port).substring(3);
    Socket client = say(post + "Content-Length: 70000\r\n\r\n" + "x".repeat(70_000));
    assertEquals("HTTP/1.1 100 Continue\r\n\r\n", Rig.head(client.getInputStream()));
    assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", Rig.head(client.getInputStream()));
    assertEquals("got 70000", Rig.next(client, 9));
    client
        .getOutputStream()
        .write(
            Rig.ascii(
                post
                    + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n"
                    + "0000a\r\n0123456789\r\n0\r\nX: y\r\n\r\n"
                    + post
                    + "Connection: close\r\nContent-Length: 0\r\n\r\n"));
    assertEquals("HTTP/1.1 100 Continue\r\n\r\n", Rig.head(client.getInputStream()));
    Rig.head(client.getInputStream());
    assertEquals("got 15", Rig.next(client, 6));
    assertTrue(Rig.rest(client).endsWith("\r\n\r\ngot 0"));
    assertTrue(heads.get(1).contains("\r\nTransfer-Encoding: chunked\r\n"));
    assertFalse(heads.get(1).contains("Content-Length"));
  }

  @Test
  void anAnswerBeforeTheBodyIsThrough() throws IOException {
    int port = origin("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
    Socket client = say("POST" + get(port).substring(3) + "Content-Length: 100000000\r\n\r\nxxx");
    Rig.head(client.getInputStream());
    assertEquals("no", Rig.next(client, 2));
    assertEquals("", Rig.rest(client));
  }

  @Test
  void otherProtocols() throws IOException {
    int port =
        rig.origin(
            socket -> {
              heads.add(Rig.head(socket.getInputStream()));
              socket
                  .getOutputStream()
                  .write(
                      Rig.ascii(
                          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                              + "Connection: Upgrade\r\nSec: x\r\n\r\nearly"));
              socket.getInputStream().transferTo(socket.getOutputStream());
            });
    Socket client = say(get(port) + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nmore");
    assertEquals(
        "HTTP/1.1 101 Switching Protocols\r\nSec: x\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\n\r\n",
        Rig.head(client.getInputStream()));
    assertEquals("earlymore", Rig.next(client, 9));
    assertTrue(heads.getFirst().endsWith("Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"));
    status(502, get(port) + "\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "far.test, 502",
    "gone.test, 502",
    "unknown.test, 502",
    "refused.test, 502",
    "odd.test, 502",
    "slow.test, 504",
    "dead.test, 504",
  })
  void noConnection(String host, int expected) throws IOException {
    status(expected, "CONNECT " + host + ":443 HTTP/1.1\r\nHost: x\r\n\r\n");
    status(expected, "GET http://" + host + "/ HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200",
        "nonsense\r\n\r\n",
        "HTTP/1.1 2000 x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\nX: y\n\n",
      })
  void badAnswers(String answer) throws IOException {
    status(502, get(origin(answer)) + "\r\n");
  }

  /** What breaks off after it began is no whole answer to the client either. */
  @Test
  void brokenAnswers() throws IOException {
    for (String answer :
        new String[] {
          "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        }) {
      int port = origin(answer);
      assertThrows(IOException.class, () -> ask(get(port) + "\r\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a/ HTTP/1.1 \r\nHost: a\r\n\r\n",
        "GET http://a/\tb HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http:// HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a:0/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a:65536/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a:+80/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://[a]/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a%00b/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\n X: y\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\nX: y\u0001\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n",
        "GET http://a/ HTTP/1.1\nHost: a\n\n",
        "G@T http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a: HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT :443 HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT http://a:443/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        "POST http://a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
            + "\r\nabc",
        "POST http://a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "POST http://a/ HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
        "POST http://a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
        "POST http://a/ HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nabc",
        "POST http://a/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST http://a/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      })
  void badRequests(String request) throws IOException {
    status(400, request);
    assertEquals(1, rig.counters.refusals(Refusal.BAD_REQUEST));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\n",
        "\r\n",
        "-1\r\n",
        "0x3\r\nabc\r\n",
        "3\r\nabcd\r\n",
        "3\nabc\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n",
        "3 3\r\nab",
      })
  void badChunks(String body) throws IOException {
    int port = rig.origin(socket -> socket.getInputStream().transferTo(nowhere()));
    Socket client =
        say("POST" + get(port).substring(3) + "Transfer-Encoding: chunked\r\n\r\n" + body);
    client.shutdownOutput();
    assertTrue(Rig.rest(client).startsWith("HTTP/1.1 400 "));
  }

  private static OutputStream nowhere() {
    return OutputStream.nullOutputStream();
  }

  @Test
  void otherRefusals() throws IOException {
    status(405, "TRACE http://a/ HTTP/1.1\r\nHost: a\r\n\r\n");
    status(505, "GET http://a/ HTTP/2.0\r\nHost: a\r\n\r\n");
    status(505, "PRI * HTTP/2.0\r\n\r\n");
    status(501, "POST http://a/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
    status(414, "GET http://a/" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    status(431, get(1) + "X: " + "x".repeat(20_000) + "\r\n\r\n");
    status(431, get(1) + "X: y\r\n".repeat(201) + "\r\n");
    status(431, get(1) + ("X: " + "y".repeat(9_000) + "\r\n").repeat(8) + "\r\n");
  }

  @Test
  void passwords() throws IOException {
    proxy = rig.serve(new HttpService(rig, new Credentials("me", "se:cret"), rig.limits));
    int port = origin("HTTP/1.1 204 No Content\r\n\r\n");
    String request = get(port) + "Connection: close\r\nProxy-Authorization: ";
    for (String bad :
        new String[] {
          "Basic " + base64("me:secret"), "Basic " + base64("me"), "Basic ???", "Bearer x",
        }) {
      String answer = ask(request + bad + "\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 407 "), answer);
      assertTrue(answer.contains("\r\nProxy-Authenticate: Basic realm="), answer);
    }
    status(407, get(port) + "\r\n");
    status(407, "CONNECT 127.0.0.1:" + port + " HTTP/1.1\r\nHost: a\r\n\r\n");
    assertTrue(
        ask(request + "basic " + base64("me:se:cret") + "\r\n\r\n").startsWith("HTTP/1.1 204 "));
    assertFalse(heads.getFirst().contains("Proxy-"));
    assertEquals(6, rig.counters.refusals(Refusal.UNAUTHENTICATED));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(Rig.ascii(text));
  }

  @Test
  void tooManyAndTooSlow() throws IOException {
    rig.close();
    rig =
        new Rig(
            ProxyLimits.usual()
                .withConnections(1)
                .withTimes(Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofSeconds(5)));
    serve();
    Socket first = say("GET ");
    Rig.await("the first", () -> rig.counters.openCount() == 1);
    status(503, "");
    assertTrue(Rig.rest(first).startsWith("HTTP/1.1 408 "));
    assertEquals(1, rig.counters.refusals(Refusal.TOO_SLOW));
  }

  /** A request that ends at any of its bytes gets 400 or nothing, never something else. */
  @Test
  void truncatedAnywhere() throws IOException {
    int port = counting();
    String whole =
        "POST"
            + get(port).substring(3)
            + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for (int length = 0; length < whole.length(); length++) {
      Socket client = say(whole.substring(0, length));
      client.shutdownOutput();
      String answer = Rig.rest(client);
      int at = length;
      assertTrue(
          answer.isEmpty() ? at == 0 : answer.startsWith("HTTP/1.1 400 "), () -> at + answer);
    }
    Rig.await("the end", () -> rig.counters.openCount() == 0);
    assertTrue(ask(whole.replace("\r\n\r\n5", "\r\nConnection: close\r\n\r\n5")).endsWith("got 5"));
  }

  @Test
  void anyBytes() throws IOException {
    rig.isClosedWorld = true;
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> parts =
        List.of(
            "GET ",
            "CONNECT ",
            "http://127.0.0.1:1/",
            "127.0.0.1:1",
            " HTTP/1.1",
            "\r\n",
            "\r",
            "\n",
            "Host: a\r\n",
            "Content-Length: 3\r\n",
            "Transfer-Encoding: chunked\r\n",
            ":",
            "Connection: keep-alive, x\r\n",
            "\0",
            "\u00e9",
            "3\r\nabc\r\n",
            "0\r\n\r\n",
            "abc");
    for (int run = 0; run < 400; run++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(16); i >= 0; i--) {
        text.append(parts.get(random.nextInt(parts.size())));
      }
      try {
        Socket client = say(text.toString());
        client.shutdownOutput();
        String answer = Rig.rest(client);
        assertTrue(
            answer.isEmpty() || answer.startsWith("HTTP/1.1 "), () -> seed + text.toString());
        client.close();
      } catch (IOException e) {
        assertFalse(e instanceof SocketTimeoutException, () -> seed + text.toString());
      }
    }
    Rig.await("the end", () -> rig.counters.openCount() == 0);
  }
}
