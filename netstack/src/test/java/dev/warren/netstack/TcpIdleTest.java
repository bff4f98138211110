package dev.warren.netstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection costs on which nothing happens any more. */
class TcpIdleTest {
  private static final int CONNECTIONS = 2_000;

  private final List<TcpConnection> all = new ArrayList<>(2 * CONNECTIONS);
  private @Nullable TwoHosts hosts = new TwoHosts(1420, 1420);

  /** As many bytes went each way before. The limit is one end's, pools and tables included. */
  @ParameterizedTest
  @ValueSource(ints = {0, 200, 100_000})
  void anIdleConnectionIsSmall(int bytes) throws BindException {
    open(Objects.requireNonNull(hosts), bytes);
    long with = used();
    assertEquals(TcpState.ESTABLISHED, all.getFirst().state());
    all.clear();
    hosts = null;
    long each = (with - used()) / (2 * CONNECTIONS);
    System.out.println("idle after " + bytes + " bytes each way: " + each + " bytes an end");
    assertTrue(each > 100 && each < 4096, () -> each + " bytes");
  }

  private void open(TwoHosts between, int bytes) throws BindException {
    TcpListener listener = between.b.listen(null, 80, 1, () -> {});
    Heard heard = new Heard();
    byte[] buffer = new byte[Math.max(bytes, 1)];
    for (int i = 0; i < CONNECTIONS; i++) {
      connect(between, listener, heard, all);
      talk(between, all.get(2 * i), all.get(2 * i + 1), buffer, bytes);
    }
    between.nowNanos += 10_000_000_000L;
    between.settle();
  }

  private static void connect(
      TwoHosts hosts, TcpListener listener, Heard heard, List<TcpConnection> all) {
    all.add(hosts.a.connect(null, 0, TwoHosts.B4, 80, heard));
    hosts.settle();
    TcpConnection accepted = listener.accept(heard);
    assertNotNull(accepted);
    all.add(accepted);
    hosts.settle();
  }

  private static void talk(
      TwoHosts hosts, TcpConnection a, TcpConnection b, byte[] buffer, int bytes) {
    for (int got = 0, back = 0, sent = 0; got < bytes || back < bytes; ) {
      if (sent < bytes) {
        int count = a.write(buffer, 0, bytes - sent);
        assertEquals(count, b.write(buffer, 0, count));
        sent += count;
      }
      hosts.settle();
      got += b.read(buffer, 0, buffer.length);
      back += a.read(buffer, 0, buffer.length);
      hosts.nowNanos += 50_000_000;
    }
    hosts.settle();
  }

  private static long used() {
    System.gc();
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
