package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.embed.PeerSettings;
import dev.warren.embed.Tunnel;
import dev.warren.hosttest.HostTest;
import dev.warren.interop.host.Await;
import dev.warren.interop.host.Command;
import dev.warren.interop.host.Implementation;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./warren proxy} as a process, with a file of wireproxy. */
@HostTest(root = false, tun = false, commands = "curl")
class ProxyTest {
  private static final String NEAR_KEY = "YAnz5TF+lXXJte14tji3zlMNftft3lj0R0lRzMNdvUs=";
  private static final String FAR_KEY = "GNn5A8gl1PJk8F2YnfT7m8rfkyOT2GJDjA2AhXTHPmU=";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private Tunnel far;
  private ServerSocket web;

  @BeforeEach
  void farEnd() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    far = Tunnel.builder().privateKey(FAR_KEY).address("10.9.0.1/24").open();
    try (Tunnel near = Tunnel.builder().privateKey(NEAR_KEY).address("10.9.0.9/32").open()) {
      far.addPeer(PeerSettings.of(near.status().publicKey(), "10.9.0.2/32"));
    }
    web = far.listen(80);
    Thread.startVirtualThread(
        () -> {
          while (!web.isClosed()) {
            try (Socket socket = web.accept()) {
              byte[] request = new byte[4096];
              int read = socket.getInputStream().read(request);
              String said = read > 0 ? new String(request, 0, read, StandardCharsets.UTF_8) : "";
              String answer =
                  said.startsWith("GET ")
                      ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
                      : "you said " + said;
              socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
              // Its end, or the client's.
            }
          }
        });
  }

  @AfterEach
  void end() throws IOException {
    web.close();
    far.close();
  }

  private Path file(String sections) throws IOException {
    Path file = folder.resolve("near.conf");
    String text =
        """
        # As wireproxy's documentation has it: the keys from the environment, no AllowedIPs.
        [Interface]
        Address = 10.9.0.2/32
        PrivateKey = $MY_KEY
        DNS = 10.9.0.1

        [Peer]
        PublicKey = %s
        Endpoint = 127.0.0.1:%d
        PersistentKeepalive = 25

        %s
        """
            .formatted(far.status().publicKey(), far.status().listenPort(), sections);
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private List<String> argv(Path file, String... options) {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of("env", "WARREN_NO_BUILD=1", "MY_KEY=" + NEAR_KEY));
    argv.add(Implementation.repository().resolve("warren").toString());
    argv.add("proxy");
    argv.addAll(Arrays.asList(options));
    argv.add(file.toString());
    return argv;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String curl(String... arguments) {
    List<String> argv = new ArrayList<>(List.of("curl", "-q", "-s", "-m", "30", "--noproxy", ""));
    argv.addAll(Arrays.asList(arguments));
    Command.Outcome outcome = Command.attempt(LIMIT, Map.of(), "", argv);
    return outcome.exitStatus() + " " + outcome.stdout();
  }

  @Test
  void untilASignalComes() throws Exception {
    int socks = freePort();
    int http = freePort();
    int info = freePort();
    Path file =
        file(
            """
            [Socks5]
            BindAddress = 127.0.0.1:%d
            [http]
            BindAddress = 127.0.0.1:%d
            Username = me
            Password = se#cret
            """
                .formatted(socks, http)
                .replace("se#cret", "`se#cret`"));
    for (String signal : new String[] {"-TERM", "-INT"}) {
      Path log = folder.resolve("log" + signal);
      Path capture = folder.resolve("near.pcap");
      Process proxy =
          new ProcessBuilder(argv(file, "-i", "" + info, "--pcap", capture.toString()))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        Await.until("it to serve", LIMIT, () -> curl("http://127.0.0.1:" + info).startsWith("0 "));
        assertEquals(
            "0 hello", curl("--socks5-hostname", "127.0.0.1:" + socks, "http://10.9.0.1/"));
        assertEquals(
            "0 hello", curl("-x", "http://me:se%23cret@127.0.0.1:" + http, "http://10.9.0.1/"));
        assertEquals("0 {}\n", curl("http://127.0.0.1:" + info + "/readyz"));
        String metrics = curl("http://127.0.0.1:" + info + "/metrics");
        assertTrue(metrics.contains("warren_peer_receive_bytes_total{public_key="), metrics);
        assertFalse(metrics.contains(NEAR_KEY));
      } finally {
        Command.run("kill", signal, "" + proxy.pid());
        assertTrue(proxy.waitFor(30, TimeUnit.SECONDS));
      }
      String said = Files.readString(log);
      assertEquals(0, proxy.exitValue(), said);
      assertTrue(said.contains("warren proxy: socks5 on 127.0.0.1:" + socks), said);
      assertTrue(Files.size(capture) > 1000);
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(capture)));
    }
  }

  @Test
  void standardInputAndOutput() throws IOException {
    Path file = file("");
    List<String> argv = argv(file, "--stdio", "10.9.0.1:80");
    Command.Outcome outcome = Command.attempt(LIMIT, Map.of(), "hello", argv);
    assertEquals("you said hello", outcome.orFail().stdout());
    Command.Outcome section =
        Command.attempt(
            LIMIT, Map.of(), "hello", argv(file("[STDIOTunnel]\nTarget = 10.9.0.1:80"), "-s"));
    assertEquals("you said hello", section.orFail().stdout());
    assertEquals("", section.stderr());
    Command.Outcome nobody =
        Command.attempt(LIMIT, Map.of(), "", argv(file, "--stdio", "10.9.0.1:81"));
    assertEquals(1, nobody.exitStatus());
    assertTrue(nobody.stderr().contains("10.9.0.1:81: Connection refused"), nobody.stderr());
  }

  @Test
  void portsThatAreTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      Path file = file("[Socks5]\nBindAddress = 127.0.0.1:" + taken.getLocalPort());
      Command.Outcome outcome = Command.attempt(LIMIT, Map.of(), "", argv(file));
      assertEquals(1, outcome.exitStatus());
      assertTrue(outcome.stderr().contains("Address already in use"), outcome.stderr());
    }
  }
}
