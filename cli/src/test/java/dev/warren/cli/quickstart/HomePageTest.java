package dev.warren.cli.quickstart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HomePageTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private final LoopbackNetwork network = new LoopbackNetwork();
  private HomePage page;
  private Visit visit;

  @BeforeEach
  void open() throws IOException {
    page = HomePage.open(network, HERE, 80);
    visit = new Visit(network, HERE, page.port());
  }

  @AfterEach
  void close() throws IOException {
    page.close();
  }

  @Test
  void thePageGreetsItsVisitor() throws IOException {
    Visit.Page fetched = visit.fetch();
    assertEquals(200, fetched.status());
    assertTrue(fetched.body().startsWith("Hello from home! You are 127.0.0.1,"), fetched.body());
    assertTrue(fetched.nanos() > 0);
  }

  @Test
  void speedIsMeasuredBothWays() throws IOException {
    Meter.Flow received = visit.receive(100);
    assertTrue(received.bytes() > 0 && received.nanos() >= 100_000_000L, received::toString);
    Meter.Flow sent = visit.send(100);
    assertTrue(sent.bytes() > 0 && sent.nanos() > 0, sent::toString);
  }

  @ParameterizedTest
  @CsvSource({"GET /secret HTTP/1.1,404", "DELETE / HTTP/1.1,404", "hello,400"})
  void nonsenseIsRefused(String request, String status) throws IOException {
    try (Socket socket =
        network.dial(new InetSocketAddress(HERE, page.port()), Duration.ofSeconds(5))) {
      socket.getOutputStream().write((request + "\r\n\r\n").getBytes(ISO_8859_1));
      String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    }
    assertEquals(200, visit.fetch().status());
  }

  @Test
  void whatIsNoHttpIsSaidToBeNone() throws IOException {
    try (var odd = network.listen(HERE, 0, 1)) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket socket = odd.accept()) {
                  socket.getOutputStream().write("220 mail\r\n\r\n".getBytes(ISO_8859_1));
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      IOException e =
          assertThrows(
              IOException.class, () -> new Visit(network, HERE, odd.getLocalPort()).fetch());
      assertEquals("what home answered is no HTTP", e.getMessage());
    }
  }

  @Test
  void ratesAreRounded() {
    assertEquals("1.25 Gbit/s", new Meter.Flow(312_500_000, 2_000_000_000).words());
    assertEquals("800 Mbit/s", new Meter.Flow(100_000_000, 1_000_000_000).words());
    assertEquals("0 Mbit/s", new Meter.Flow(0, 0).words());
  }
}
