package dev.warren.cli.uapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UapiSocketsTest {
  private static final String KEY = "0102030405060708".repeat(4);
  private static final String KEY_BASE64 = "AQIDBAUGBwgBAgMEBQYHCAECAwQFBgcIAQIDBAUGBwg=";

  @TempDir Path folder;

  private UapiSockets sockets() {
    return new UapiSockets(folder.toFile(), folder.resolve("net").toFile());
  }

  /** A daemon that gives the same answer to every request; what it was asked is in the result. */
  private Thread serve(String name, String answer, StringBuilder asked) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(folder.resolve(name + ".sock")));
    return Thread.ofVirtual()
        .start(
            () -> {
              try (server;
                  SocketChannel client = server.accept();
                  BufferedReader in =
                      new BufferedReader(Channels.newReader(client, StandardCharsets.ISO_8859_1))) {
                for (String line = in.readLine();
                    line != null && !line.isEmpty();
                    line = in.readLine()) {
                  asked.append(line).append('\n');
                }
                ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1));
                while (bytes.hasRemaining()) {
                  client.write(bytes);
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private InterfaceState get(String answer) throws Exception {
    StringBuilder asked = new StringBuilder();
    Thread daemon = serve("wg0", answer, asked);
    try {
      return sockets().get("wg0");
    } finally {
      daemon.join();
      Files.delete(folder.resolve("wg0.sock"));
      assertEquals("get=1\n", asked.toString());
    }
  }

  private String refused(String answer) {
    return assertThrows(UapiException.class, () -> get(answer), answer).reason();
  }

  @Test
  void readsADevice() throws Exception {
    InterfaceState state =
        get(
            "private_key="
                + KEY
                + "\nlisten_port=51820\nfwmark=4294967295\nnew_key=x\npublic_key="
                + KEY
                + "\npreshared_key="
                + "0".repeat(64)
                + "\nprotocol_version=1\nendpoint=[2001:db8::1]:7\nlast_handshake_time_sec=12\n"
                + "last_handshake_time_nsec=34\ntx_bytes=18446744073709551615\nrx_bytes=5\n"
                + "persistent_keepalive_interval=25\nallowed_ip=10.0.0.0/8\n"
                + "allowed_ip=::102:304/128\nallowed_ip=fd00::/8\npublic_key="
                + KEY
                + "\npreshared_key="
                + KEY
                + "\nerrno=0\n\n");
    assertEquals("wg0", state.name());
    assertEquals(KEY_BASE64, state.privateKey());
    assertEquals(51820, state.listenPort());
    assertEquals(-1, state.fwmark());
    assertEquals(2, state.peers().size());
    PeerState peer = state.peers().getFirst();
    assertEquals(KEY_BASE64, peer.publicKey());
    assertFalse(peer.hasPresharedKey());
    assertNull(peer.presharedKey());
    assertEquals("[2001:db8::1]:7", peer.endpoint());
    assertEquals(12, peer.handshakeSeconds());
    assertEquals(34, peer.handshakeNanos());
    assertEquals(-1, peer.txBytes());
    assertEquals(5, peer.rxBytes());
    assertEquals(25, peer.persistentKeepalive());
    assertEquals(List.of("10.0.0.0/8", "::1.2.3.4/128", "fd00::/8"), peer.allowedIps());
    assertEquals(KEY_BASE64, state.peers().getLast().presharedKey());
    assertEquals("wg0", state.toString());
  }

  @Test
  void refusesWhatIsNoAnswer() {
    assertEquals("Protocol error", refused(""));
    assertEquals("Protocol error", refused("listen_port=1\n"));
    assertEquals("Protocol error", refused("\n"));
    assertEquals("Protocol error", refused("errno=-5\n\n"));
    assertEquals("Input/output error", refused("errno=5\n\n"));
    assertEquals("Protocol error", refused("listen_port=65536\nerrno=0\n\n"));
    assertEquals("Protocol error", refused("private_key=00\nerrno=0\n\n"));
    assertEquals("Protocol error", refused("public_key=" + KEY + "\nallowed_ip=1.2.3.4\n\n"));
    assertEquals("Protocol error", refused("nothing\nerrno=0\n\n"));
    assertEquals("Protocol error", refused("public_key=" + KEY + "\nrx_bytes=1x\nerrno=0\n\n"));
  }

  @Test
  void sendsAChange() throws Exception {
    StringBuilder asked = new StringBuilder();
    Thread daemon = serve("wg0", "errno=-98\n\n", asked);
    try (UapiConnection connection = sockets().connect("wg0")) {
      connection.line("set", "1");
      connection.line("listen_port", "7");
      connection.end();
      assertEquals(-98, connection.answer());
    }
    daemon.join();
    assertEquals("set=1\nlisten_port=7\n", asked.toString());
  }

  @Test
  void listsTheKernelsFirstAndRemovesTheDead() throws Exception {
    for (String name : List.of("wg7", "wg3")) {
      Path kernels = Files.createDirectories(folder.resolve("net/" + name));
      Files.writeString(kernels.resolve("uevent"), "DEVTYPE=wireguard\nINTERFACE=" + name + "\n");
      Files.writeString(kernels.resolve("ifindex"), name.substring(2) + "\n");
    }
    Path other = Files.createDirectories(folder.resolve("net/eth0"));
    Files.writeString(other.resolve("uevent"), "INTERFACE=eth0\n");
    Path dead = folder.resolve("dead.sock");
    try (ServerSocketChannel gone = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      gone.bind(UnixDomainSocketAddress.of(dead));
    }
    Path noSocket = Files.writeString(folder.resolve("file.sock"), "");
    try (ServerSocketChannel alive = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      alive.bind(UnixDomainSocketAddress.of(folder.resolve("alive.sock")));
      assertEquals(List.of("wg3", "wg7", "alive"), sockets().list());
      assertEquals(List.of("alive"), sockets().listUserspace());
    }
    assertFalse(Files.exists(dead));
    assertTrue(Files.exists(noSocket));
    String reason = assertThrows(UapiException.class, () -> sockets().get("wg3")).reason();
    assertTrue(reason.contains("use the original `wg'"), reason);
    assertThrows(UapiException.class, () -> sockets().get("../wg0"));
    assertThrows(UapiException.class, () -> sockets().get(""));
    assertThrows(UapiException.class, () -> sockets().get("x".repeat(300)));
  }

  @Test
  void findsOneAlone() throws Exception {
    assertNull(sockets().find("wg0"));
    assertNull(sockets().find("../wg0"));
    Path dead = folder.resolve("dead.sock");
    Path other = folder.resolve("other.sock");
    for (Path each : List.of(dead, other)) {
      try (ServerSocketChannel gone = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        gone.bind(UnixDomainSocketAddress.of(each));
      }
    }
    assertNull(sockets().find("dead"));
    assertFalse(Files.exists(dead));
    assertTrue(Files.exists(other), "nobody asked for that one");
    Thread living = serve("wg0", "listen_port=7\nerrno=0\n\n", new StringBuilder());
    InterfaceState found = sockets().find("wg0");
    living.join();
    assertEquals(7, found == null ? 0 : found.listenPort());
    Thread failing = serve("wg1", "errno=5\n\n", new StringBuilder());
    assertEquals(
        "Input/output error",
        assertThrows(UapiException.class, () -> sockets().find("wg1")).reason());
    failing.join();
  }

  @Test
  void noFolderIsNoInterface() throws Exception {
    UapiSockets none = new UapiSockets(folder.resolve("a").toFile(), folder.resolve("b").toFile());
    assertEquals(List.of(), none.list());
  }
}
