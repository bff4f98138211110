package dev.warren.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.memory.MemoryNetwork;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The socket's file: who may reach it, what it replaces, and what its end means. */
@Timeout(60)
class UapiSocketTest {
  private static final String NAME = TestHost.NAME;

  @TempDir Path folder;

  private Path directory() {
    return folder.resolve("wireguard");
  }

  private Path path() {
    return directory().resolve(NAME + ".sock");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  private List<Path> entries() throws IOException {
    try (var files = Files.list(directory())) {
      return files.toList();
    }
  }

  @Test
  void onlyTheOwnerMayReachIt() throws IOException {
    try (UapiSocket socket = UapiSocket.open(directory(), NAME)) {
      assertEquals(path(), socket.path());
      assertEquals("rwx------", mode(directory()));
      assertEquals("rw-------", mode(path()));
      assertEquals(List.of(path()), entries());
    }
    assertEquals(List.of(), entries());
  }

  /**
   * Where others made the folder, its mode is theirs to choose: the socket is private by itself.
   */
  @Test
  void folderThatIsThereStaysAsItIs() throws IOException {
    Files.createDirectory(
        directory(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    try (UapiSocket socket = UapiSocket.open(directory(), NAME)) {
      assertEquals("rwxr-xr-x", mode(directory()));
      assertEquals("rw-------", mode(socket.path()));
    }
  }

  /** Everything that ever came to be in the folder was private when it came. */
  @Test
  void privateFromTheFirstInstant() throws Exception {
    Files.createDirectory(directory());
    Set<String> seen = new HashSet<>();
    try (WatchService watch = directory().getFileSystem().newWatchService()) {
      directory().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      for (int i = 0; i < 20; i++) {
        try (UapiSocket socket = UapiSocket.open(directory(), NAME)) {
          assertEquals("rw-------", mode(socket.path()));
        }
      }
      WatchKey key;
      while ((key = watch.poll(200, TimeUnit.MILLISECONDS)) != null) {
        for (WatchEvent<?> event : key.pollEvents()) {
          seen.add(event.context().toString().replaceAll("[0-9]+", "N"));
        }
        key.reset();
      }
    }
    // The folder ".wg-test-N" is made with mode 0700, and the socket moved here out of it.
    assertEquals(Set.of(NAME + ".sock", "." + NAME + "-N"), seen);
  }

  @Test
  void staleSocketIsReplaced() throws IOException {
    Files.createDirectory(directory());
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(path()));
    }
    assertTrue(Files.exists(path()));
    try (UapiSocket socket = UapiSocket.open(directory(), NAME)) {
      assertEquals(List.of(path()), entries());
      try (UapiClient client = new UapiClient(path())) {
        socket.accept().close();
        assertEquals(List.of(), client.answer());
      }
    }
  }

  @Test
  void fileThatIsNoSocketIsReplaced() throws IOException {
    Files.createDirectory(directory());
    Files.writeString(path(), "left by who knows whom");
    try (UapiSocket socket = UapiSocket.open(directory(), NAME)) {
      new UapiClient(path()).close();
      socket.accept().close();
    }
  }

  @Test
  void liveSocketIsRefusedAndLeftAlone() throws IOException {
    try (UapiSocket socket = UapiSocket.open(directory(), NAME)) {
      IOException refused =
          assertThrows(IOException.class, () -> UapiSocket.open(directory(), NAME));
      assertEquals(
          "cannot make the socket " + path() + ": another daemon serves it; stop that first",
          refused.getMessage());
      assertEquals(List.of(path()), entries());
      socket.accept().close(); // The other's question whether anybody is there.
      new UapiClient(path()).close();
      socket.accept().close();
    }
  }

  @Test
  void whatIsInTheWayIsNamedAndNothingLeftBehind() throws IOException {
    Files.writeString(directory(), "a file where the folder should be");
    IOException inTheWay =
        assertThrows(IOException.class, () -> UapiSocket.open(directory(), NAME));
    assertEquals(
        "cannot make the socket " + path() + ": " + directory() + " is not a directory",
        inTheWay.getMessage());
    Files.delete(directory());

    Files.createDirectories(path().resolve("a folder where the socket should be"));
    IOException folder = assertThrows(IOException.class, () -> UapiSocket.open(directory(), NAME));
    String message = String.valueOf(folder.getMessage());
    assertTrue(message.contains(path() + ": "), message);
    assertEquals(List.of(path()), entries());
  }

  @Test
  void removesOnlyItsOwnFile() throws IOException {
    try (UapiSocket socket = UapiSocket.open(directory(), NAME)) {
      assertEquals(path(), socket.path());
      Files.delete(path());
      Files.writeString(path(), "another's");
    }
    assertEquals("another's", Files.readString(path()));
  }

  @Test
  void closesTwice() throws IOException {
    UapiSocket socket = UapiSocket.open(directory(), NAME);
    socket.close();
    try (UapiSocket next = UapiSocket.open(directory(), NAME)) {
      socket.close();
      assertEquals(List.of(next.path()), entries());
    }
  }

  // What its end means to the device.

  private interface Removal {
    void run() throws IOException;
  }

  private void assertEndsTheDevice(Removal removal) throws Exception {
    try (TestHost host = new TestHost(new MemoryNetwork(), "192.0.2.1");
        UapiServer server = serve(host)) {
      host.start();
      server.start();
      // A neighbour's coming and going is none of our business.
      UapiSocket.open(directory(), "wg-other").close();
      host.set();
      removal.run();
      assertNull(host.engine.awaitStopped());
      assertTrue(host.logged("was removed"), host.log::toString);
    }
  }

  private UapiServer serve(TestHost host) throws IOException {
    Log log = new Log(Log.Level.VERBOSE, host.log::add);
    return UapiServer.open(directory(), NAME, host.engine, name -> 0, log);
  }

  @Test
  void removalEndsTheDevice() throws Exception {
    assertEndsTheDevice(() -> Files.delete(path()));
    assertFalse(Files.exists(path()));
  }

  @Test
  void removalBeforeTheWatchBeginsEndsTheDevice() throws Exception {
    try (TestHost host = new TestHost(new MemoryNetwork(), "192.0.2.1");
        UapiServer server = serve(host)) {
      Files.delete(path());
      host.start();
      server.start();
      assertNull(host.engine.awaitStopped());
    }
  }

  @Test
  void replacementEndsTheDevice() throws Exception {
    Path other = folder.resolve("other");
    Files.writeString(other, "another's");
    assertEndsTheDevice(() -> Files.move(other, path(), StandardCopyOption.ATOMIC_MOVE));
    assertEquals("another's", Files.readString(path()));
  }

  @Test
  void movingItAwayEndsTheDevice() throws Exception {
    assertEndsTheDevice(() -> Files.move(path(), folder.resolve("elsewhere")));
  }

  @Test
  void removalOfTheWholeFolderEndsTheDevice() throws Exception {
    assertEndsTheDevice(
        () -> {
          Files.delete(path());
          Files.delete(directory());
        });
  }

  @Test
  void closingTheServerDoesNotEndTheDevice() throws Exception {
    try (TestHost host = new TestHost(new MemoryNetwork(), "192.0.2.1")) {
      host.start();
      try (UapiServer server = serve(host)) {
        server.start();
      }
      assertFalse(Files.exists(path()));
      assertEquals(0, host.set("fwmark=1"));
      Await.until("the watch's end", () -> !isWatched());
      assertEquals("1", host.get("fwmark"));
    }
  }

  private static boolean isWatched() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("warren-uapi-watch"));
  }
}
