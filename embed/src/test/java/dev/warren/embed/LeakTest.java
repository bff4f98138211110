package dev.warren.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tunnel that was closed leaves nothing behind. */
@Timeout(180)
class LeakTest {
  private static final int TUNNELS = 50;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closedTunnelsLeaveNothing(boolean isNative) throws Exception {
    openAndClose(isNative); // What is made once for all.
    Set<String> threads = threads();
    int descriptors = descriptors();
    for (int i = 0; i < TUNNELS / 2; i++) {
      openAndClose(isNative);
    }
    assertEquals(threads, threads());
    assertTrue(
        descriptors() <= descriptors, "descriptors: " + descriptors + ", then " + descriptors());
  }

  /** Two tunnels with traffic, of which some is under way when they are closed. */
  private static void openAndClose(boolean isNative) throws IOException {
    try (Pair.Tunnels pair = new Pair.Tunnels(isNative);
        ServerSocket server = pair.listening()) {
      pair.client.addListener(new TunnelListener() {});
      Socket client = pair.client.dial("10.9.0.1", server.getLocalPort());
      Socket accepted = server.accept();
      client.getOutputStream().write(new byte[100_000]);
      assertEquals(1000, accepted.getInputStream().readNBytes(1000).length);
    }
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("warren"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static int descriptors() {
    File[] open = new File("/proc/self/fd").listFiles();
    return open == null ? 0 : Objects.requireNonNull(open).length;
  }
}
