package dev.warren.cli.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewCommandTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... words) {
    List<String> arguments = new ArrayList<>(List.of(words));
    if (arguments.size() > 1) {
      arguments.addAll(1, List.of("-d", folder.toString()));
    }
    return new ConfigCommand(print(out), print(err), Map.of(), name -> -1).run(arguments);
  }

  private static PrintStream print(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  @Test
  void star() throws IOException {
    assertEquals(
        0,
        run("new", "--network", "10.9.8.0/24,fd00:1::/64", "home", "vps=vps.example.net:7", "x"));
    String vps = text("vps.conf").replaceAll("Key = \\S{43}=", "Key = K");
    assertEquals(
        """
        [Interface]
        # Name = vps
        PrivateKey = K
        Address = 10.9.8.1/24, fd00:1::1/64
        # Endpoint = vps.example.net:7
        ListenPort = 7

        [Peer]
        # Name = home
        PublicKey = K
        AllowedIPs = 10.9.8.2/32, fd00:1::2/128

        [Peer]
        # Name = x
        PublicKey = K
        AllowedIPs = 10.9.8.3/32, fd00:1::3/128
        """,
        vps);
    String home = text("home.conf").replaceAll("Key = \\S{43}=", "Key = K");
    assertEquals(
        """
        [Interface]
        # Name = home
        PrivateKey = K
        Address = 10.9.8.2/24, fd00:1::2/64

        [Peer]
        # Name = vps
        PublicKey = K
        AllowedIPs = 10.9.8.0/24, fd00:1::/64
        Endpoint = vps.example.net:7
        PersistentKeepalive = 25
        """,
        home);
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("x.conf"))));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("net.ipv4.ip_forward=1"));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void pairOfMachinesThatBothCanBeReached() throws IOException {
    assertEquals(0, run("new", "--psk", "a=192.0.2.1", "b=[2001:db8::2]:9"));
    assertTrue(text("a.conf").contains("\nEndpoint = [2001:db8::2]:9\n"), text("a.conf"));
    assertTrue(text("b.conf").contains("\nEndpoint = 192.0.2.1:51820\n"), text("b.conf"));
    assertTrue(text("b.conf").contains("\nListenPort = 9\n"), text("b.conf"));
    assertEquals(-1, text("b.conf").indexOf("PersistentKeepalive"));
    assertEquals(preshared(text("a.conf")), preshared(text("b.conf")));
  }

  private static String preshared(String text) {
    int start = text.indexOf("PresharedKey = ");
    assertTrue(start > 0, text);
    return text.substring(start, text.indexOf('\n', start));
  }

  @Test
  void allTrafficThroughTheHub() throws IOException {
    assertEquals(0, run("new", "--all-traffic", "--dns", "9.9.9.9", "a=192.0.2.1", "b"));
    assertTrue(text("b.conf").contains("\nAllowedIPs = 0.0.0.0/0, ::/0\n"), text("b.conf"));
    assertTrue(text("b.conf").contains("\nDNS = 9.9.9.9\n"), text("b.conf"));
    assertTrue(text("a.conf").contains("masquerade"), text("a.conf"));
  }

  @Test
  void nothingIsOverwrittenAndNothingHalfDone() throws IOException {
    Files.writeString(folder.resolve("b.conf"), "mine");
    assertEquals(1, run("new", "a=192.0.2.1", "b", "c"));
    assertEquals("mine", text("b.conf"));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("b.conf is there already"));
  }

  @Test
  void json() {
    assertEquals(0, run("new", "--json", "a=192.0.2.1", "b"));
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.startsWith("{\n  \"networks\": ["), text);
    assertTrue(text.contains("\"endpoint\": \"192.0.2.1:51820\""), text);
    assertEquals(-1, text.indexOf("rivate"));
  }

  @Test
  void notUnderstood() {
    assertEquals(2, run("new", "a", "b"));
    assertEquals(2, run("new", "a=192.0.2.1"));
    assertEquals(2, run("new", "a=192.0.2.1", "A"));
    assertEquals(2, run("new", "--nonsense", "a=192.0.2.1", "b"));
    assertEquals(2, run("new", "a=192.0.2.1", "b", "--network"));
    assertEquals(2, run("new", "a=192.0.2.1", "b", "--network", "10.0.0.0/31"));
    assertEquals(2, run("new", "a=192.0.2.1", "b", "c", "--network", "10.0.0.0/30"));
    assertEquals(2, run("new", "a=192.0.2.1", "b", "--dns", "1.1.1.1\nPostUp = x"));
    assertEquals(2, run());
    assertEquals(2, run("nonsense"));
  }
}
