package dev.warren.cli.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddPeerCommandTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... words) {
    return new ConfigCommand(print(out), print(err), Map.of(), service -> -1).run(List.of(words));
  }

  private static PrintStream print(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private void add(String name) {
    assertEquals(
        0, run("add-peer", "-d", folder.toString(), path("hub.conf"), name), err::toString);
  }

  private void hub(byte[] content) throws IOException {
    Files.write(folder.resolve("hub.conf"), content);
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void starsGrow() throws IOException {
    assertEquals(0, run("new", "-d", folder.toString(), "hub=h.example.net:7", "a"), err::toString);
    add("b");
    add("c");
    assertEquals(0, run("check", path("hub.conf"), path("a.conf"), path("c.conf")), out::toString);
    String hub = Files.readString(folder.resolve("hub.conf"));
    assertEquals(3, hub.split("\\[Peer\\]", -1).length - 1);
    String c = Files.readString(folder.resolve("c.conf"));
    assertTrue(c.contains("Endpoint = h.example.net:7\n"), c);
    assertTrue(c.contains("# Name = hub\n"), c);
    String said = out.toString(StandardCharsets.UTF_8);
    assertTrue(said.endsWith("c.conf: good\n"), said);
    assertEquals(-1, said.indexOf("warning"), said);
  }

  @Test
  void everyByteOfTheHubStays() throws IOException {
    String key = KeyPair.generate(new SeededRandom()).privateKey();
    byte[] before =
        latin(
            "# gr\u00fc\u00dfe \u0000\u00ff\r\n[Interface]\r\nPrivateKey="
                + key
                + "\r\n"
                + " Address = 10.9.8.1/24\r\n"
                + "ListenPort = 7 # odd\r\n\r\n\r\n"
                + "# last, without end");
    hub(before);
    Path hub = folder.resolve("hub.conf");
    Files.setPosixFilePermissions(hub, PosixFilePermissions.fromString("rw-r-----"));
    assertEquals(
        0,
        run("add-peer", "-d", folder.toString(), "--endpoint", "192.0.2.1", hub.toString(), "x"),
        err::toString);
    String after = Files.readString(hub, StandardCharsets.ISO_8859_1);
    String old = new String(before, StandardCharsets.ISO_8859_1);
    assertTrue(after.startsWith(old + "\r\n\r\n[Peer]\r\n# Name = x\r\nPublicKey = "), after);
    assertTrue(after.endsWith("AllowedIPs = 10.9.8.2/32\r\n"), after);
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(hub)));
    assertTrue(Files.readString(folder.resolve("x.conf")).contains("Endpoint = 192.0.2.1:7\n"));
  }

  @Test
  void nothingHalfDone() throws IOException {
    assertEquals(0, run("new", "-d", folder.toString(), "hub=h.example.net:7", "a"));
    byte[] hub = Files.readAllBytes(folder.resolve("hub.conf"));
    Files.writeString(folder.resolve("mine.conf"), "mine");
    String home = folder.toString();
    assertEquals(1, run("add-peer", "-d", home, path("hub.conf"), "mine"));
    assertEquals(1, run("add-peer", "-d", home, path("hub.conf"), "A"), "that name is taken");
    assertEquals(1, run("add-peer", "-d", home, path("none.conf"), "x"));
    assertEquals(1, run("add-peer", "-d", home, path("mine.conf"), "x"), "it has errors");
    assertEquals(2, run("add-peer", "-d", home, path("a.conf"), "x"), "it has no port");
    assertEquals(2, run("add-peer", path("hub.conf")));
    assertEquals(2, run("add-peer", path("hub.conf"), "/etc/x"));
    assertTrue(Arrays.equals(hub, Files.readAllBytes(folder.resolve("hub.conf"))));
    try (var files = Files.list(folder)) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void linksStayLinks() throws IOException {
    assertEquals(0, run("new", "-d", folder.toString(), "real=h.example.net", "a"));
    Path link = folder.resolve("hub.conf");
    Files.createSymbolicLink(link, Path.of("real.conf"));
    add("b");
    assertTrue(Files.isSymbolicLink(link));
    assertNotNull(Files.readString(folder.resolve("real.conf")));
    assertTrue(Files.readString(folder.resolve("real.conf")).contains("# Name = b"));
  }

  /** A hub as people write it. */
  private void handmade(String name, String more) throws IOException {
    String key = KeyPair.generate(new SeededRandom()).privateKey();
    Files.writeString(
        folder.resolve(name),
        "[Interface]\n# Name = Z\u00fcrich\n# Endpoint = 192.0.2.1\nPrivateKey = "
            + key
            + "\nAddress = 10.9.8.1/24\nListenPort = 7\n"
            + more);
  }

  @Test
  void namesAreUtf8() throws IOException {
    handmade("hub.conf", "");
    add("x");
    String x = Files.readString(folder.resolve("x.conf"));
    assertTrue(x.contains("# Name = Z\u00fcrich\n"), x);
  }

  @Test
  void onlyTheEndingIsCutOff() throws IOException {
    handmade("a.confb.conf", "");
    assertEquals(0, run("add-peer", "-d", folder.toString(), path("a.confb.conf"), "x"));
    String said = out.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains(" syncconf a.confb <("), said);
  }

  @Test
  void whatPeersAreAllowedIsTaken() throws IOException {
    handmade(
        "hub.conf",
        "[Peer]\nPublicKey = "
            + KeyPair.generate(new SeededRandom()).publicKey()
            + "\nAllowedIPs = 10.9.8.0/29, 10.9.0.0/16\n");
    add("x");
    String x = Files.readString(folder.resolve("x.conf"));
    assertTrue(x.contains("Address = 10.9.8.8/24\n"), x);
  }

  @Test
  void allTrafficThroughAHubThatDoesNotPassItOn() throws IOException {
    handmade("hub.conf", "");
    String home = folder.toString();
    assertEquals(0, run("add-peer", "-d", home, "--all-traffic", path("hub.conf"), "x"));
    String said = out.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("\n  3. The hub has no PostUp"), said);
    assertTrue(said.contains("\nPostUp = sysctl -qw net.ipv4.ip_forward=1\n"), said);
    out.reset();
    add("y");
    handmade("other.conf", "PostUp = true\n");
    assertEquals(0, run("add-peer", "-d", home, "--all-traffic", path("other.conf"), "z"));
    said = out.toString(StandardCharsets.UTF_8);
    assertEquals(-1, said.indexOf("PostUp"), said);
  }
}
