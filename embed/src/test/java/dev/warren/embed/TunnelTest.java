package dev.warren.embed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A tunnel as a whole, with either backend. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("try") // closes before its time
class TunnelTest {
  private final boolean isNative;
  private final AtomicLong packets = new AtomicLong();
  private final Pair.Tunnels pair;

  TunnelTest(boolean isNative) throws IOException {
    this.isNative = isNative;
    pair =
        new Pair.Tunnels(isNative, (inbound, memory, offset, length) -> packets.incrementAndGet());
  }

  @AfterEach
  void close() {
    pair.close();
  }

  private void exchange() throws IOException {
    try (ServerSocket server = pair.listening();
        Socket client = pair.client.dial("10.9.0.1", server.getLocalPort());
        Socket accepted = server.accept()) {
      client.getOutputStream().write(42);
      assertEquals(42, accepted.getInputStream().read());
    }
  }

  @Test
  void statusTellsOfPeers() throws Exception {
    assertTrue(pair.client.backend().startsWith(isNative ? "native" : "NIO"));
    PeerStatus before = pair.client.status().peers().getFirst();
    assertNull(before.lastHandshake());
    assertEquals(
        new InetSocketAddress(
            InetAddress.ofLiteral("127.0.0.1"), pair.server.status().listenPort()),
        before.endpoint());
    assertEquals(List.of("10.9.0.0/24", "fd09::/64"), before.allowedIps());
    exchange();
    PeerStatus after = pair.server.status().peers().getFirst();
    assertEquals(pair.client.status().publicKey(), after.publicKey());
    Instant handshake = Objects.requireNonNull(after.lastHandshake());
    assertTrue(Duration.between(handshake, Instant.now()).toSeconds() < 60);
    assertTrue(after.receivedBytes() > 0 && after.sentBytes() > 0);
    assertNotNull(after.endpoint());
    assertTrue(packets.get() > 3, "the tap sees packets");
  }

  @Test
  void whoIsFindsThePeer() throws Exception {
    String client = pair.client.status().publicKey();
    assertEquals(
        client, Objects.requireNonNull(pair.server.whoIs(pair.clientAddress())).publicKey());
    assertNull(pair.server.whoIs(InetAddress.ofLiteral("10.9.0.3")));
  }

  @Test
  void bothFamilies() throws Exception {
    try (ServerSocket server = pair.server.listen(0);
        Socket four = pair.client.dial("10.9.0.1", server.getLocalPort());
        Socket six = pair.client.dial("fd09::1", server.getLocalPort())) {
      four.getOutputStream().write(4);
      six.getOutputStream().write(6);
      int sum = 0;
      for (int i = 0; i < 2; i++) {
        try (Socket accepted = server.accept()) {
          sum += accepted.getInputStream().read();
        }
      }
      assertEquals(10, sum);
    }
  }

  @Test
  void pings() throws Exception {
    Duration trip = pair.client.ping(pair.serverAddress(), Duration.ofSeconds(10));
    assertTrue(trip.isPositive());
    assertTrue(
        pair.client.ping(InetAddress.ofLiteral("fd09::1"), Duration.ofSeconds(10)).isPositive());
    assertThrows(
        SocketTimeoutException.class,
        () -> pair.client.ping(InetAddress.ofLiteral("10.9.0.77"), Duration.ofMillis(100)));
  }

  @Test
  void datagrams() throws Exception {
    try (DatagramSocket server = pair.serverDatagrams();
        DatagramSocket client = pair.clientDatagrams()) {
      client.setSoTimeout(10_000);
      server.setSoTimeout(10_000);
      for (int length : new int[] {0, 1, 1000, 5000, 60_000}) {
        byte[] data = new byte[length];
        client.send(new DatagramPacket(data, length, pair.serverAddress(), server.getLocalPort()));
        DatagramPacket got = new DatagramPacket(new byte[65_535], 65_535);
        server.receive(got);
        assertEquals(length, got.getLength());
        assertEquals(
            new InetSocketAddress(pair.clientAddress(), client.getLocalPort()),
            got.getSocketAddress());
        server.send(
            new DatagramPacket(
                "answer".getBytes(StandardCharsets.US_ASCII), 6, got.getSocketAddress()));
        client.receive(got);
        assertArrayEquals(
            "answer".getBytes(StandardCharsets.US_ASCII),
            java.util.Arrays.copyOf(got.getData(), got.getLength()));
      }
      client.setSoTimeout(50);
      DatagramPacket none = new DatagramPacket(new byte[1], 1);
      assertEquals(
          "Receive timed out",
          assertThrows(SocketTimeoutException.class, () -> client.receive(none)).getMessage());
      client.setSoTimeout(0);
      Task<Void> receiving =
          Task.start(
              () -> {
                client.receive(none);
                return null;
              });
      client.close();
      assertThrows(SocketException.class, receiving::result);
      assertThrows(
          IOException.class,
          () -> server.send(new DatagramPacket(new byte[65_508], 65_508, pair.clientAddress(), 9)));
    }
  }

  @Test
  void listenersHear() throws Exception {
    CompletableFuture<PeerStatus> shaken = new CompletableFuture<>();
    CompletableFuture<PeerStatus> silent = new CompletableFuture<>();
    CompletableFuture<String> closed = new CompletableFuture<>();
    pair.client.addPeer(PeerSettings.of(Pair.Tunnels.CLIENT_KEY, "10.10.0.1/32").at("127.0.0.1:9"));
    pair.client.addListener(
        new TunnelListener() {
          @Override
          public void handshake(PeerStatus peer) {
            shaken.complete(peer);
          }

          @Override
          public void peerSilent(PeerStatus peer) {
            silent.complete(peer);
          }

          @Override
          public void closed(@Nullable String failure) {
            closed.complete(failure == null ? "well" : failure);
          }
        });
    exchange();
    assertEquals(pair.server.status().publicKey(), shaken.get(30, TimeUnit.SECONDS).publicKey());
    assertThrows(
        SocketTimeoutException.class,
        () -> pair.client.ping(InetAddress.ofLiteral("10.10.0.1"), Duration.ofMillis(100)));
    assertEquals(List.of("10.10.0.1/32"), silent.get(30, TimeUnit.SECONDS).allowedIps());
    pair.client.close();
    assertEquals("well", closed.get(30, TimeUnit.SECONDS));
  }

  @Test
  void peersComeAndGo() throws Exception {
    exchange();
    pair.client.removePeer(pair.server.status().publicKey());
    assertEquals(List.of(), pair.client.status().peers());
    assertThrows(
        IOException.class, () -> pair.client.ping(pair.serverAddress(), Duration.ofMillis(200)));
    pair.client.addPeer(
        PeerSettings.of(pair.server.status().publicKey(), "10.9.0.0/24")
            .at("127.0.0.1:" + pair.server.status().listenPort())
            .withKeepalive(25));
    exchange();
    assertEquals(25, pair.client.status().peers().getFirst().keepaliveSeconds());
    assertThrows(
        IllegalArgumentException.class, () -> pair.client.addPeer(PeerSettings.of("nonsense")));
  }

  @Test
  void reloadKeepsConnections(@TempDir Path folder) throws Exception {
    String key = pair.server.status().publicKey();
    String text =
        """
        [Interface]
        PrivateKey = %s
        Address = 10.9.0.2/24, fd09::2/64
        [Peer]
        PublicKey = %s
        AllowedIPs = 10.9.0.0/16
        """
            .formatted(Pair.Tunnels.CLIENT_KEY, key);
    try (Pair.Ends ends = pair.connected()) {
      ends.client().getOutputStream().write(1);
      assertEquals(1, ends.server().getInputStream().read());
      Path file = Files.writeString(folder.resolve("x.conf"), text);
      pair.client.reload(file);
      ends.client().getOutputStream().write(2);
      assertEquals(2, ends.server().getInputStream().read());
    }
    assertEquals(List.of("10.9.0.0/16"), pair.client.status().peers().getFirst().allowedIps());
    assertThrows(
        ConfigurationException.class,
        () -> pair.client.reload(text.replace("10.9.0.2/24", "10.9.0.3/24")));
  }

  @Test
  void configurationsThatCannotBeUsed() {
    ConfigurationException bad =
        assertThrows(
            ConfigurationException.class,
            () -> Tunnel.parse("[Interface]\nPrivateKey = x\nNonsense = 1\n"));
    assertEquals(2, bad.problems().size(), bad.getMessage());
    assertTrue(bad.problems().getFirst().startsWith("configuration:2:14: not a key"));
    assertThrows(
        ConfigurationException.class,
        () -> Tunnel.parse("[Interface]\nPrivateKey = " + Pair.Tunnels.CLIENT_KEY + "\n"));
    assertThrows(
        ConfigurationException.class, () -> Tunnel.parse("[Interface]\nAddress = 10.0.0.1/24\n"));
    assertThrows(
        ConfigurationException.class,
        () ->
            Tunnel.builder()
                .privateKey(Pair.Tunnels.CLIENT_KEY)
                .address("fd00::1/64")
                .mtu(1000)
                .open());
  }

  @Test
  void portInUseIsToldAtOnce() throws Exception {
    int taken = pair.server.status().listenPort();
    TunnelBuilder second =
        Tunnel.builder()
            .privateKey(Pair.Tunnels.CLIENT_KEY)
            .address("10.0.0.1/24")
            .listenPort(taken)
            .nativeAccess(isNative);
    BindException told = assertThrows(BindException.class, second::open);
    assertTrue(String.valueOf(told.getMessage()).contains("" + taken));
  }

  @Test
  void closeEndsAllItsSockets() throws Exception {
    ServerSocket server = pair.client.listen(0);
    Socket client;
    Socket other;
    try (ServerSocket far = pair.listening()) {
      client = pair.client.dial("10.9.0.1", far.getLocalPort());
      other = far.accept();
    }
    DatagramSocket datagrams = pair.clientDatagrams();
    Task<Integer> reading = Task.start(client.getInputStream()::read);
    Task<Socket> accepting = Task.start(server::accept);
    Task<Void> receiving =
        Task.start(
            () -> {
              datagrams.receive(new DatagramPacket(new byte[1], 1));
              return null;
            });
    pair.client.close();
    assertThrows(SocketException.class, reading::result);
    assertThrows(SocketException.class, accepting::result);
    assertThrows(SocketException.class, receiving::result);
    assertTrue(pair.client.isClosed());
    assertThrows(SocketException.class, () -> pair.client.dial("10.9.0.1", 1));
    assertThrows(SocketException.class, () -> pair.client.listen(0));
    assertThrows(SocketException.class, () -> pair.client.status());
    other.close();
    pair.client.close();
  }

  @Test
  void factoriesFindTunnels(@TempDir Path folder) throws Exception {
    dev.warren.embed.Tunnels.register("pair", pair.client);
    Properties properties = new Properties();
    properties.setProperty(TunnelSocketFactory.PROPERTY, "pair");
    try (ServerSocket server = pair.server.serverSocketFactory().createServerSocket(0)) {
      int port = server.getLocalPort();
      for (TunnelSocketFactory factory :
          List.of(
              pair.client.socketFactory(),
              new TunnelSocketFactory("pair"),
              new TunnelSocketFactory(properties))) {
        try (Socket one = factory.createSocket("10.9.0.1", port);
            Socket two = factory.createSocket(pair.serverAddress(), port);
            Socket three = factory.createSocket();
            Socket four = factory.createSocket("10.9.0.1", port, pair.clientAddress(), 0)) {
          three.connect(new InetSocketAddress(pair.serverAddress(), port), 10_000);
          assertTrue(one.isConnected() && two.isConnected() && four.isConnected());
        }
      }
    }
    assertThrows(IOException.class, () -> new TunnelSocketFactory("none").createSocket());
    Path file =
        Files.writeString(
            folder.resolve("own.conf"),
            "[Interface]\nPrivateKey = %s\nAddress = 10.0.0.9\n"
                .formatted(Pair.Tunnels.CLIENT_KEY));
    try (Tunnel opened = dev.warren.embed.Tunnels.named(file.toString())) {
      assertEquals("own", opened.name());
      assertSame(opened, dev.warren.embed.Tunnels.named(file.toString()));
    }
    pair.client.close();
    assertThrows(IOException.class, () -> dev.warren.embed.Tunnels.named("pair"));
  }

  @Test
  void namesOfEndpointsAreResolved() throws Exception {
    try (Tunnel named =
        Tunnel.builder()
            .privateKey(Pair.Tunnels.CLIENT_KEY)
            .address("10.9.0.2/24")
            .nativeAccess(isNative)
            .peer(
                PeerSettings.of(pair.server.status().publicKey(), "10.9.0.0/24")
                    .at("localhost:" + pair.server.status().listenPort()))
            .open()) {
      InetSocketAddress endpoint =
          assertInstanceOf(InetSocketAddress.class, named.status().peers().getFirst().endpoint());
      assertTrue(endpoint.getAddress().isLoopbackAddress());
      assertFalse(named.isClosed());
    }
  }
}
