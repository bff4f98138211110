package dev.warren.embed.proxy.socks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.warren.config.proxy.Credentials;
import dev.warren.embed.proxy.Rig;
import dev.warren.embed.proxy.relay.ProxyLimits;
import dev.warren.embed.proxy.relay.Refusal;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SOCKS by its bytes. */
class SocksServiceTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String OPEN = "050100";
  private static final String REFUSED = "0001000000000000";

  private Rig rig = new Rig();
  private int proxy;

  @BeforeEach
  void serve() throws IOException {
    proxy = rig.serve(new SocksService(rig, rig, null, rig.limits));
  }

  @AfterEach
  void end() throws Exception {
    rig.close();
  }

  private Socket say(String hex) throws IOException {
    Socket client = rig.client(proxy);
    client.getOutputStream().write(HEX.parseHex(hex));
    return client;
  }

  private static String hear(Socket client, int bytes) throws IOException {
    return HEX.formatHex(client.getInputStream().readNBytes(bytes));
  }

  private static String hearAll(Socket client) throws IOException {
    return HEX.formatHex(client.getInputStream().readAllBytes());
  }

  private static String named(String name, int port) {
    String length = HEX.toHexDigits((byte) name.length());
    return "03" + length + HEX.formatHex(Rig.ascii(name)) + HEX.toHexDigits((short) port);
  }

  private static String loopback(int port) {
    return "017f000001" + HEX.toHexDigits((short) port);
  }

  @Test
  void connectByAddressAndByName() throws IOException {
    int echo = rig.echo();
    for (String where : new String[] {loopback(echo), named("echo.test", echo)}) {
      // All at once, with what is for the other end.
      Socket client = say(OPEN + "050100" + where + HEX.formatHex(Rig.ascii("hello")));
      assertEquals("0500", hear(client, 2));
      assertEquals("050000017f000001", hear(client, 8));
      hear(client, 2);
      assertEquals("hello", Rig.next(client, 5));
      client.shutdownOutput();
      assertEquals("", hearAll(client));
    }
    assertEquals(
        "[echo.test]", rig.resolved.stream().filter(n -> n.contains("test")).toList() + "");
  }

  @Test
  void connectOverIpv6() throws Exception {
    InetAddress loopback6 = InetAddress.ofLiteral("::1");
    try (var door = rig.listen(loopback6, 0, 1)) {
      String where = "04" + "0".repeat(31) + "1" + HEX.toHexDigits((short) door.getLocalPort());
      Socket client = say(OPEN + "050100" + where);
      assertEquals("0500" + "05000004" + "0".repeat(31) + "1", hear(client, 22));
      door.accept().close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "far.test, 03, NETWORK_UNREACHABLE",
    "gone.test, 04, HOST_UNREACHABLE",
    "unknown.test, 04, UNKNOWN_HOST",
    "refused.test, 05, REFUSED",
    "slow.test, 06, TIMED_OUT",
    "dead.test, 06, TIMED_OUT",
    "odd.test, 01, FAILED",
  })
  void replies(String host, String code, Refusal why) throws IOException {
    assertEquals("050005" + code + REFUSED, hearAll(say(OPEN + "050100" + named(host, 80))));
    assertEquals(1, rig.counters.refusals(why));
  }

  @Test
  void nobodyListens() throws IOException {
    Socket client = say(OPEN + "050100" + loopback(Rig.nobody()));
    assertEquals("05000505" + REFUSED, hearAll(client));
  }

  @Test
  void whatIsNotServed() throws IOException {
    String bind = OPEN + "050200" + loopback(80);
    assertEquals("05000507" + REFUSED, hearAll(say(bind)));
    assertEquals("05000507" + REFUSED, hearAll(say(OPEN + "05f100" + loopback(80))));
    assertEquals("05000508" + REFUSED, hearAll(say(OPEN + "05010002")));
    assertEquals("05000501" + REFUSED, hearAll(say(OPEN + "050100" + loopback(0))));
    assertEquals("05000501" + REFUSED, hearAll(say(OPEN + "050101" + loopback(80))));
    assertEquals("05000501" + REFUSED, hearAll(say(OPEN + "040100" + loopback(80))));
    assertEquals("05000501" + REFUSED, hearAll(say(OPEN + "050100" + named("", 80))));
    assertEquals("05000501" + REFUSED, hearAll(say(OPEN + "050100" + named("a\0b", 80))));
    assertEquals("05000501" + REFUSED, hearAll(say(OPEN + "050100" + named("a b", 80))));
  }

  @Test
  void otherProtocols() throws IOException {
    // SOCKS 4 and 4a are told so; anything else is told nothing.
    assertEquals("005b000000000000", hearAll(say("04010050" + "7f000001" + "00")));
    assertEquals("", hearAll(say(HEX.formatHex(Rig.ascii("GET / HTTP/1.1\r\n\r\n")))));
    assertEquals("05ff", hearAll(say("0500")));
    assertEquals("05ff", hearAll(say("050102")));
    assertEquals("05ff", hearAll(say("05020103")));
  }

  @Test
  void passwords() throws IOException {
    proxy = rig.serve(new SocksService(rig, rig, new Credentials("me", "secret"), rig.limits));
    int echo = rig.echo();
    String good = "01026d6506" + HEX.formatHex(Rig.ascii("secret"));
    Socket client = say("05020002" + good + "050100" + loopback(echo));
    assertEquals("0502" + "0100" + "0500", hear(client, 6));
    for (String bad :
        new String[] {
          "01026d6506" + HEX.formatHex(Rig.ascii("Secret")),
          "01026d6505" + HEX.formatHex(Rig.ascii("secre")),
          "01026d6400",
          "010000",
          "05026d6506" + HEX.formatHex(Rig.ascii("secret")),
        }) {
      assertEquals("0502" + "0101", hearAll(say("050102" + bad)), bad);
    }
    assertEquals("05ff", hearAll(say(OPEN)));
    assertEquals(6, rig.counters.refusals(Refusal.UNAUTHENTICATED));
  }

  @Test
  void tooMany() throws Exception {
    rig.close();
    rig = new Rig(ProxyLimits.usual().withConnections(1));
    serve();
    try (Socket first = say(OPEN)) {
      assertEquals("0500", hear(first, 2));
      assertEquals("05ff", hearAll(say("")));
      assertEquals(1, rig.counters.refusals(Refusal.FULL));
    }
    // There is room again.
    Rig.await("the first to be gone", () -> rig.counters.openCount() == 0);
    Rig.await("room", () -> hasRoom());
  }

  private boolean hasRoom() {
    try (Socket client = say(OPEN)) {
      return hear(client, 2).equals("0500");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whoIsSlowIsEnded() throws Exception {
    rig.close();
    rig =
        new Rig(
            ProxyLimits.usual()
                .withTimes(Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofSeconds(5)));
    serve();
    Socket client = say("05");
    assertThrows(IOException.class, () -> mustEnd(client));
    Rig.await("the end", () -> rig.counters.openCount() == 0);
  }

  private static void mustEnd(Socket client) throws IOException {
    if (client.getInputStream().read() < 0) {
      throw new IOException("ended");
    }
  }

  // Datagrams.

  private record Association(Socket control, DatagramSocket socket, int port) {
    void send(String hex) throws IOException {
      byte[] bytes = HEX.parseHex(hex);
      socket.send(new DatagramPacket(bytes, bytes.length, Rig.LOOPBACK, port));
    }

    String receive() throws IOException {
      DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
      socket.receive(packet);
      return HEX.formatHex(packet.getData(), 0, packet.getLength());
    }
  }

  private Association associate(int announced) throws IOException {
    Socket control = say(OPEN + "050300" + "0100000000" + HEX.toHexDigits((short) announced));
    assertEquals("0500" + "050000017f000001", hear(control, 10));
    int port = Integer.parseInt(hear(control, 2), 16);
    DatagramSocket socket = rig.keep(new DatagramSocket(0, Rig.LOOPBACK));
    socket.setSoTimeout(20_000);
    return new Association(control, socket, port);
  }

  /** A host that answers each datagram with the same; its port. */
  private int echoDatagrams() throws IOException {
    DatagramSocket socket = rig.keep(rig.datagrams(null, 0));
    Thread.startVirtualThread(
        () -> {
          DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
          while (!socket.isClosed()) {
            try {
              packet.setLength(65_535);
              socket.receive(packet);
              socket.send(packet);
            } catch (IOException e) {
              return;
            }
          }
        });
    return socket.getLocalPort();
  }

  @Test
  void datagramsBothWays() throws IOException {
    int echo = echoDatagrams();
    Association client = associate(0);
    String where = loopback(echo);
    client.send("000000" + where + "68656c6c6f");
    assertEquals("000000" + where + "68656c6c6f", client.receive());
    client.send("000000" + named("echo.test", echo) + "01");
    assertEquals("000000" + where + "01", client.receive());
    client.send("000000" + where);
    assertEquals("000000" + where, client.receive());
    byte[] large = new byte[60_000];
    new Random(1).nextBytes(large);
    client.send("000000" + where + HEX.formatHex(large));
    assertEquals("000000" + where + HEX.formatHex(large), client.receive());
  }

  @Test
  void datagramsThatAreRefused() throws IOException {
    int echo = echoDatagrams();
    Association client = associate(0);
    client.send("000001" + loopback(echo) + "61");
    client.send("000080" + loopback(echo) + "61");
    client.send("010000" + loopback(echo) + "61");
    client.send("000000" + "0500");
    client.send("000000" + loopback(0) + "61");
    client.send("00");
    client.send("");
    client.send("000000" + named("unknown.test", echo) + "61");
    client.send("000000" + loopback(echo) + "62");
    assertEquals("000000" + loopback(echo) + "62", client.receive());
    assertEquals(2, rig.counters.refusals(Refusal.FRAGMENT));
    assertEquals(5, rig.counters.refusals(Refusal.BAD_REQUEST));
    Rig.await("the name", () -> rig.counters.refusals(Refusal.UNKNOWN_HOST) == 1);
  }

  @Test
  void nobodyElseIsServed() throws IOException {
    int echo = echoDatagrams();
    Association client = associate(0);
    client.send("000000" + loopback(echo) + "61");
    client.receive();
    // From another port, and from another address.
    for (String address : new String[] {"127.0.0.1", "127.0.0.2"}) {
      try (DatagramSocket other = new DatagramSocket(0, InetAddress.ofLiteral(address))) {
        long before = rig.counters.refusals(Refusal.STRANGER);
        new Association(client.control, other, client.port).send("000000" + loopback(echo) + "62");
        Rig.await("it", () -> rig.counters.refusals(Refusal.STRANGER) == before + 1);
      }
    }
    // A port that was announced is the only one.
    try (DatagramSocket own = new DatagramSocket(0, Rig.LOOPBACK)) {
      Association announced = associate(own.getLocalPort());
      long before = rig.counters.refusals(Refusal.STRANGER);
      announced.send("000000" + loopback(echo) + "63");
      Rig.await("it", () -> rig.counters.refusals(Refusal.STRANGER) == before + 1);
      own.setSoTimeout(20_000);
      Association ours = new Association(announced.control, own, announced.port);
      ours.send("000000" + loopback(echo) + "64");
      assertEquals("000000" + loopback(echo) + "64", ours.receive());
    }
  }

  @Test
  void datagramsOfUnaskedHostsAreDropped() throws Exception {
    rig.close();
    rig = new Rig(ProxyLimits.usual().withFlows(2));
    serve();
    DatagramSocket host = rig.keep(new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.9")));
    host.setSoTimeout(20_000);
    Association client = associate(0);
    client.send("000000" + "017f000009" + HEX.toHexDigits((short) host.getLocalPort()) + "61");
    DatagramPacket packet = new DatagramPacket(new byte[10], 10);
    host.receive(packet);
    assertArrayEquals(new byte[] {'a'}, Arrays.copyOf(packet.getData(), packet.getLength()));
    // An address that was not sent to.
    try (DatagramSocket other = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.8"))) {
      other.send(new DatagramPacket(new byte[1], 1, packet.getSocketAddress()));
      Rig.await("it", () -> rig.counters.refusals(Refusal.STRANGER) == 1);
    }
    host.send(packet);
    assertEquals("61", client.receive().substring(20));
    // Two more, and the first is forgotten.
    client.send("000000" + "017f000007" + "0009" + "61");
    client.send("000000" + "017f000006" + "0009" + "61");
    Rig.await("them", () -> rig.counters.fromClientBytes() == 3);
    host.send(packet);
    Rig.await("it", () -> rig.counters.refusals(Refusal.STRANGER) == 2);
  }

  @Test
  void theAssociationEndsWithItsConnection() throws IOException {
    int echo = echoDatagrams();
    Association client = associate(0);
    client.send("000000" + loopback(echo) + "61");
    client.receive();
    client.control.close();
    Rig.await("the end", () -> rig.counters.openCount() == 0);
    client.socket.setSoTimeout(100);
    assertThrows(
        IOException.class,
        () -> {
          client.send("000000" + loopback(echo) + "62");
          client.receive();
        });
    assertEquals(1, rig.counters.fromClientBytes());
  }

  // Bad input.

  /** A conversation that ends at any of its bytes ends for the proxy too. */
  @Test
  void truncatedAnywhere() throws IOException {
    proxy = rig.serve(new SocksService(rig, rig, new Credentials("me", "pw"), rig.limits));
    String whole = "05020002" + "01026d65027077" + "050100" + named("refused.test", 443);
    byte[] bytes = HEX.parseHex(whole);
    for (int length = 0; length < bytes.length; length++) {
      try (Socket client = rig.client(proxy)) {
        client.getOutputStream().write(bytes, 0, length);
        client.shutdownOutput();
        try {
          String said = hearAll(client);
          assertEquals(true, "05020100".startsWith(said), said);
        } catch (IOException e) {
          assertEquals(false, e instanceof SocketTimeoutException, "at " + length);
        }
      }
    }
    Rig.await("all ends", () -> rig.counters.openCount() == 0);
    assertEquals("05020100" + "0505" + REFUSED, hearAll(say(whole)));
  }

  @Test
  void anyBytes() throws IOException {
    rig.isClosedWorld = true;
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int run = 0; run < 300; run++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      byte[] begin = HEX.parseHex(random.nextBoolean() ? "05010005" : "050100050300");
      int kept = random.nextInt(begin.length + 1);
      System.arraycopy(begin, 0, bytes, 0, Math.min(kept, bytes.length));
      // Where it might lead somewhere, it leads to ourselves.
      try (Socket client = rig.client(proxy)) {
        client.getOutputStream().write(bytes);
        client.shutdownOutput();
        hearAll(client);
      } catch (IOException e) {
        assertEquals(false, e instanceof SocketTimeoutException, "seed " + seed + ", run " + run);
      }
    }
    Socket client = say(OPEN + "050100" + loopback(rig.echo()) + "61");
    assertEquals("0500" + "0500", hear(client, 4), () -> "seed " + seed);
  }

  @Test
  void repliesCarryAddresses() {
    assertEquals(
        "0500000400000000000000000000000000000001" + "0050",
        HEX.formatHex(
            SocksReply.SUCCEEDED.bytes(new InetSocketAddress(InetAddress.ofLiteral("::1"), 80))));
    assertEquals("05000001" + "000000000000", HEX.formatHex(SocksReply.SUCCEEDED.bytes()));
  }
}
