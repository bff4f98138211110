package dev.warren.embed.proxy.info;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.embed.PeerStatus;
import dev.warren.embed.TunnelStatus;
import dev.warren.embed.proxy.Rig;
import dev.warren.embed.proxy.relay.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InfoServiceTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final InetAddress HOST = InetAddress.ofLiteral("10.0.0.1");

  private final Rig rig = new Rig();
  private volatile Instant now = NOON;
  private volatile boolean answers = true;
  private volatile List<PeerStatus> peers = List.of();

  private final TunnelView view =
      new TunnelView() {
        @Override
        public TunnelStatus status() {
          return new TunnelStatus("t", "key", 1, peers, Map.of("no_peer", 3L));
        }

        @Override
        public void ping(InetAddress host, Duration timeout) throws IOException {
          if (!answers) {
            throw new SocketTimeoutException();
          }
        }
      };

  @AfterEach
  void end() throws IOException {
    rig.close();
  }

  private static PeerStatus peer(@Nullable Instant handshake, long sent, int keepalive) {
    return new PeerStatus("PEER=", null, handshake, 7, sent, keepalive, false, List.of());
  }

  private Readiness readiness(InetAddress... hosts) {
    return rig.keep(new Readiness(view, List.of(hosts), Duration.ofMillis(50), () -> now));
  }

  @Test
  void aPeerThatIsKeptAlive() throws IOException {
    Readiness readiness = readiness();
    peers = List.of(peer(null, 148, 25));
    assertEquals(new Readiness.Answer(false, Map.of("peer PEER=", 0L)), readiness.answer());
    peers = List.of(peer(NOON.minusSeconds(179), 148, 25));
    assertEquals(new Readiness.Answer(true, Map.of()), readiness.answer());
    peers = List.of(peer(NOON.minusSeconds(180), 148, 25));
    assertFalse(readiness.answer().isReady());
  }

  @Test
  void aPeerThatIsSentTo() throws IOException {
    Readiness readiness = readiness();
    peers = List.of(peer(null, 0, 0));
    assertTrue(readiness.answer().isReady());
    // The first handshake has its time.
    peers = List.of(peer(null, 148, 0));
    assertTrue(readiness.answer().isReady());
    now = NOON.plusSeconds(14);
    assertTrue(readiness.answer().isReady());
    now = NOON.plusSeconds(15);
    assertFalse(readiness.answer().isReady());
    peers = List.of(peer(now, 500, 0));
    assertTrue(readiness.answer().isReady());
    // An old one is no fault while nothing is sent.
    now = now.plusSeconds(1000);
    assertTrue(readiness.answer().isReady());
    peers = List.of(peer(now.minusSeconds(1000), 648, 0));
    assertTrue(readiness.answer().isReady());
    now = now.plusSeconds(20);
    assertFalse(readiness.answer().isReady());
    // Given up: nothing is sent any more.
    now = now.plusSeconds(200);
    assertTrue(readiness.answer().isReady());
  }

  @Test
  void hostsThatArePinged() throws Exception {
    answers = false;
    Readiness readiness = readiness(HOST);
    readiness.start();
    assertEquals(new Readiness.Answer(false, Map.of("10.0.0.1", 0L)), readiness.answer());
    answers = true;
    Rig.await("an answer", () -> isReady(readiness));
    assertEquals(Map.of("10.0.0.1", NOON.getEpochSecond()), readiness.answer().seconds());
    answers = false;
    now = NOON.plusSeconds(3);
    Rig.await("no answer", () -> !isReady(readiness) || answers);
  }

  private static boolean isReady(Readiness readiness) {
    try {
      return readiness.answer().isReady();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String ask(int port, String request) throws IOException {
    Socket client = rig.client(port);
    client.getOutputStream().write(Rig.ascii(request));
    return Rig.rest(client);
  }

  @Test
  void overHttp() throws IOException {
    peers = List.of(peer(NOON, 1000, 25));
    rig.counters.refused(Refusal.BAD_REQUEST);
    rig.counters.fromClient(12);
    int port = rig.serve(new InfoService(view, readiness(), List.of(rig.counters)));
    String ready = ask(port, "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
    assertTrue(ready.startsWith("HTTP/1.1 200 OK\r\n"), ready);
    assertTrue(ready.endsWith("\r\n\r\n{}\n"), ready);
    peers = List.of(peer(null, 1000, 25));
    ready = ask(port, "GET /readyz?x HTTP/1.0\r\n\r\n");
    assertTrue(ready.startsWith("HTTP/1.1 503 Service Unavailable\r\n"), ready);
    assertTrue(ready.endsWith("\r\n\r\n{\"peer PEER=\":0}\n"), ready);
    Rig.await("the others to be gone", () -> rig.counters.openCount() == 0);
    String metrics = ask(port, "GET /metrics HTTP/1.1\r\n\r\n");
    for (String line :
        new String[] {
          "# TYPE warren_peer_last_handshake_seconds gauge",
          "warren_peer_last_handshake_seconds{public_key=\"PEER=\"} 0",
          "warren_peer_receive_bytes_total{public_key=\"PEER=\"} 7",
          "warren_peer_transmit_bytes_total{public_key=\"PEER=\"} 1000",
          "warren_tunnel_dropped_packets_total{reason=\"no_peer\"} 3",
          "warren_proxy_connections{service=\"test\",listen=\"here\"} 1",
          "warren_proxy_client_receive_bytes_total{service=\"test\",listen=\"here\"} 12",
          "warren_proxy_refusals_total{service=\"test\",listen=\"here\",reason=\"bad_request\"} 1",
        }) {
      assertTrue(metrics.contains("\n" + line + "\n") || metrics.startsWith(line), () -> line);
    }
    assertTrue(ask(port, "HEAD /metrics HTTP/1.1\r\n\r\n").endsWith("\r\n\r\n"));
    assertTrue(ask(port, "GET / HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 404 "));
    assertTrue(ask(port, "POST /readyz HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 405 "));
    assertTrue(ask(port, "nonsense\r\n\r\n").startsWith("HTTP/1.1 400 "));
  }
}
