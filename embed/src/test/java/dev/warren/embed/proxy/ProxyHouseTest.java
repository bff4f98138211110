package dev.warren.embed.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warren.config.proxy.Credentials;
import dev.warren.config.proxy.HostPort;
import dev.warren.config.proxy.Preference;
import dev.warren.config.proxy.ProxyService;
import dev.warren.embed.PeerSettings;
import dev.warren.embed.Tunnel;
import dev.warren.embed.TunnelStatus;
import dev.warren.embed.proxy.info.TunnelView;
import dev.warren.embed.proxy.relay.ProxyLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of it, between this machine and a host at the other end of a tunnel. */
class ProxyHouseTest {
  private static final String NEAR_KEY = "YAnz5TF+lXXJte14tji3zlMNftft3lj0R0lRzMNdvUs=";
  private static final String FAR_KEY = "GNn5A8gl1PJk8F2YnfT7m8rfkyOT2GJDjA2AhXTHPmU=";
  private static final InetAddress NEAR = InetAddress.ofLiteral("10.9.0.2");

  @TempDir private Path folder;
  private final Rig rig = new Rig();
  private final List<String> log = new ArrayList<>();
  private Tunnel far;
  private Tunnel near;
  private ProxyHouse house;
  private PcapFile capture;

  @BeforeEach
  void join() throws IOException {
    far = rig.keep(Tunnel.builder().privateKey(FAR_KEY).address("10.9.0.1/24").open());
    capture = rig.keep(PcapFile.open(folder.resolve("near.pcap"), log::add));
    near =
        rig.keep(Tunnel.builder().privateKey(NEAR_KEY).address("10.9.0.2/24").tap(capture).open());
    far.addPeer(PeerSettings.of(near.status().publicKey(), "10.9.0.2/32"));
    near.addPeer(
        PeerSettings.of(far.status().publicKey(), "10.9.0.0/24")
            .at("127.0.0.1:" + far.status().listenPort()));
    RoutedNetwork inside =
        new RoutedNetwork(
            near,
            Preference.AUTO,
            address -> {
              try {
                return near.whoIs(address) != null;
              } catch (IOException e) {
                return false;
              }
            });
    house = rig.keep(new ProxyHouse(inside, new HostNetwork(), ProxyLimits.usual(), log::add));
  }

  @AfterEach
  void end() throws IOException {
    rig.close();
  }

  private static HostPort anyPort() {
    return new HostPort("127.0.0.1", 0);
  }

  private static HostPort farHost(int port) {
    return new HostPort("10.9.0.1", port);
  }

  /** A host at the far end that serves each connection so; its port. */
  private int farOrigin(Rig.Origin origin) throws IOException {
    ServerSocket door = far.listen(0);
    Thread.startVirtualThread(
        () -> {
          while (!door.isClosed()) {
            try {
              Socket socket = door.accept();
              Thread.startVirtualThread(
                  () -> {
                    try (socket) {
                      origin.serve(socket);
                    } catch (IOException e) {
                      // The test sees that for itself.
                    }
                  });
            } catch (IOException e) {
              return;
            }
          }
        });
    return door.getLocalPort();
  }

  private int page(byte[] body) throws IOException {
    return farOrigin(
        socket -> {
          Rig.head(socket.getInputStream());
          socket
              .getOutputStream()
              .write(Rig.ascii("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n"));
          socket.getOutputStream().write(body);
        });
  }

  private String curl(String... arguments) throws Exception {
    List<String> argv =
        new ArrayList<>(List.of("curl", "-q", "-s", "-S", "--max-time", "50", "--noproxy", ""));
    argv.addAll(List.of(arguments));
    Path out = folder.resolve("curl.out");
    Process process;
    try {
      process =
          new ProcessBuilder(argv).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    } catch (IOException e) {
      assumeTrue(false, "curl is not here");
      throw e;
    }
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return process.exitValue() + " " + Files.readString(out);
  }

  @Test
  void curlThroughAllOfThem() throws Exception {
    byte[] body = "hello from afar".getBytes(StandardCharsets.UTF_8);
    String url = "http://10.9.0.1:" + page(body) + "/";
    Credentials me = new Credentials("me", "secret");
    int socks = house.open(new ProxyService.Socks(1, anyPort(), null)).getPort();
    int socksMine = house.open(new ProxyService.Socks(1, anyPort(), me)).getPort();
    int http = house.open(new ProxyService.Http(1, anyPort(), null)).getPort();
    int httpMine = house.open(new ProxyService.Http(1, anyPort(), me)).getPort();
    String hello = "0 hello from afar";
    assertEquals(hello, curl("--socks5-hostname", "127.0.0.1:" + socks, url));
    assertEquals(hello, curl("--socks5", "127.0.0.1:" + socks, url));
    assertEquals(hello, curl("-x", "http://127.0.0.1:" + http, url));
    assertEquals(hello, curl("-p", "-x", "http://127.0.0.1:" + http, url));
    assertEquals(hello, curl("-x", "socks5h://me:secret@127.0.0.1:" + socksMine, url));
    assertEquals(hello, curl("-x", "http://me:secret@127.0.0.1:" + httpMine, url));
    assertTrue(curl("-x", "socks5h://me:wrong@127.0.0.1:" + socksMine, url).startsWith("97 "));
    assertTrue(curl("-x", "socks4://127.0.0.1:" + socks, url).startsWith("97 "));
    assertEquals(
        "0 407",
        curl("-o", "/dev/null", "-w", "%{http_code}", "-x", "http://127.0.0.1:" + httpMine, url));
    // Nobody's network: 0x03, and 502.
    assertTrue(
        curl("--socks5", "127.0.0.1:" + socks, "http://192.0.2.1/").contains("(3)"), "code 3");
    assertEquals(
        "0 502",
        curl(
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "-x",
            "http://127.0.0.1:" + http,
            "http://192.0.2.1/"));
    assertTrue(
        curl("--socks5", "127.0.0.1:" + socks, "http://10.9.0.1:9/").contains("(5)"), "code 5");
  }

  @Test
  void uploadsAndDownloads() throws Exception {
    byte[] body = new byte[20_000_000];
    new Random(3).nextBytes(body);
    int http = house.open(new ProxyService.Http(1, anyPort(), null)).getPort();
    Path got = folder.resolve("got");
    assertEquals(
        "0 ",
        curl(
            "-o",
            got.toString(),
            "-x",
            "http://127.0.0.1:" + http,
            "http://10.9.0.1:" + page(body) + "/"));
    assertEquals(hash(body), hash(Files.readAllBytes(got)));
    int sink =
        farOrigin(
            socket -> {
              String head = Rig.head(socket.getInputStream());
              int length =
                  Integer.parseInt(head.replaceFirst("(?s).*Content-Length: ([0-9]+).*", "$1"));
              String said = hash(socket.getInputStream().readNBytes(length));
              socket
                  .getOutputStream()
                  .write(
                      Rig.ascii(
                          "HTTP/1.1 200 OK\r\nContent-Length: "
                              + said.length()
                              + "\r\n\r\n"
                              + said));
            });
    assertEquals(
        "0 " + hash(body),
        curl(
            "-H",
            "Expect:",
            "--data-binary",
            "@" + got,
            "-x",
            "http://127.0.0.1:" + http,
            "http://10.9.0.1:" + sink + "/"));
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void tcpBothWays() throws IOException {
    int echo = farOrigin(s -> s.getInputStream().transferTo(s.getOutputStream()));
    int there = house.open(new ProxyService.TcpClient(1, anyPort(), farHost(echo))).getPort();
    try (Socket client = rig.client(there)) {
      client.getOutputStream().write(Rig.ascii("hello"));
      client.shutdownOutput();
      assertEquals("hello", Rig.rest(client));
    }
    HostPort local = new HostPort("127.0.0.1", rig.echo());
    house.open(new ProxyService.TcpServer(1, 3422, local));
    try (Socket client = far.dial("10.9.0.2", 3422)) {
      client.getOutputStream().write(Rig.ascii("hello"));
      client.shutdownOutput();
      assertEquals("hello", Rig.rest(client));
    }
    // Nobody there is a reset, on either side.
    house.open(new ProxyService.TcpServer(1, 3423, new HostPort("127.0.0.1", Rig.nobody())));
    try (Socket client = far.dial("10.9.0.2", 3423)) {
      assertThrows(SocketException.class, () -> client.getInputStream().read());
    }
    int nobody = house.open(new ProxyService.TcpClient(1, anyPort(), farHost(9))).getPort();
    Socket refused = rig.client(nobody);
    assertThrows(SocketException.class, () -> refused.getInputStream().read());
  }

  private static void echo(DatagramSocket socket) {
    Thread.startVirtualThread(
        () -> {
          while (!socket.isClosed()) {
            try {
              DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
              socket.receive(packet);
              socket.send(packet);
            } catch (IOException e) {
              return;
            }
          }
        });
  }

  private static String ask(DatagramSocket socket, InetSocketAddress where, String text)
      throws IOException {
    socket.setSoTimeout(20_000);
    byte[] bytes = Rig.ascii(text);
    socket.send(new DatagramPacket(bytes, bytes.length, where));
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    socket.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void udpBothWays() throws IOException {
    DatagramSocket there = rig.keep(far.datagrams(0));
    echo(there);
    InetSocketAddress door =
        house.open(new ProxyService.UdpClient(1, anyPort(), farHost(there.getLocalPort()), 30));
    try (DatagramSocket client = new DatagramSocket(0, Rig.LOOPBACK)) {
      assertEquals("hello", ask(client, door, "hello"));
    }
    DatagramSocket here = rig.keep(new DatagramSocket(0, Rig.LOOPBACK));
    echo(here);
    HostPort local = new HostPort("127.0.0.1", here.getLocalPort());
    house.open(new ProxyService.UdpServer(1, 5353, local, 0));
    try (DatagramSocket client = far.datagrams(0)) {
      assertEquals("hello", ask(client, new InetSocketAddress(NEAR, 5353), "hello"));
    }
  }

  @Test
  void socksDatagrams() throws IOException {
    DatagramSocket there = rig.keep(far.datagrams(0));
    echo(there);
    int socks = house.open(new ProxyService.Socks(1, anyPort(), null)).getPort();
    Socket control = rig.client(socks);
    control.getOutputStream().write(HexFormat.of().parseHex("050100" + "05030001000000000000"));
    byte[] reply = control.getInputStream().readNBytes(12);
    int port = (reply[10] & 0xff) << 8 | (reply[11] & 0xff);
    String header =
        new String(
            new byte[] {
              0,
              0,
              0,
              1,
              10,
              9,
              0,
              1,
              (byte) (there.getLocalPort() >> 8),
              (byte) there.getLocalPort()
            },
            StandardCharsets.ISO_8859_1);
    try (DatagramSocket client = new DatagramSocket(0, Rig.LOOPBACK)) {
      assertEquals(
          header + "hello",
          ask(client, new InetSocketAddress(Rig.LOOPBACK, port), header + "hello"));
    }
  }

  @Test
  void stdioAndCapture() throws IOException {
    int echo = farOrigin(s -> s.getInputStream().transferTo(s.getOutputStream()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] said = new byte[100_000];
    new Random(4).nextBytes(said);
    house.stdio(farHost(echo), new ByteArrayInputStream(said), out);
    assertEquals(hash(said), hash(out.toByteArray()));
    near.close();
    capture.close();
    assertTrue(Files.size(folder.resolve("near.pcap")) > 200_000);
  }

  @Test
  void whoIsPinged() throws IOException {
    TunnelView view =
        new TunnelView() {
          @Override
          public TunnelStatus status() throws IOException {
            return near.status();
          }

          @Override
          public void ping(InetAddress host, Duration timeout) throws IOException {
            assertTrue(near.ping(host, timeout).isPositive());
          }
        };
    List<InetAddress> hosts = List.of(InetAddress.ofLiteral("10.9.0.1"));
    int port = house.info(anyPort(), view, hosts, Duration.ofSeconds(1)).getPort();
    Rig.await(
        "an answer", () -> ready(port).matches("(?s)HTTP/1.1 200 .*\\{\"10.9.0.1\":[0-9]+}\n"));
    far.close();
    Rig.await("no answer", () -> ready(port).startsWith("HTTP/1.1 503 "));
  }

  private String ready(int port) {
    try (Socket client = rig.client(port)) {
      client.getOutputStream().write(Rig.ascii("GET /readyz HTTP/1.1\r\n\r\n"));
      return Rig.rest(client);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void portsThatAreTaken() throws IOException {
    InetSocketAddress taken = house.open(new ProxyService.Socks(1, anyPort(), null));
    HostPort again = new HostPort("127.0.0.1", taken.getPort());
    IOException failure =
        assertThrows(IOException.class, () -> house.open(new ProxyService.Http(1, again, null)));
    assertTrue(
        String.valueOf(failure.getMessage())
            .startsWith("http on 127.0.0.1:" + taken.getPort() + ": "),
        failure.getMessage());
    assertEquals("socks5 on 127.0.0.1:" + taken.getPort(), log.getFirst());
  }
}
