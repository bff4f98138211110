package dev.warren.interop.speed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Many connections that do nothing: both ends of them, each a process of the bed. */
public final class IdleCrowd {
  /** What the crowd says before its rate. */
  static final String ALL_IN = "connections a second: ";

  private static final int THREADS = 32;
  private static final int BACKLOG = 1024;

  private static final ConcurrentLinkedQueue<Socket> HELD = new ConcurrentLinkedQueue<>();

  private IdleCrowd() {}

  /** The end that accepts, and greets each with a byte. */
  static List<String> hall(String address, String port) {
    return commandLine("hall", address, port, "0");
  }

  /** The end that connects, and waits for the byte. */
  static List<String> crowd(String address, String port, int count) {
    return commandLine("crowd", address, port, "" + count);
  }

  private static List<String> commandLine(String... arguments) {
    List<String> argv = new ArrayList<>(ChildJvm.of(IdleCrowd.class));
    argv.addAll(List.of(arguments));
    return argv;
  }

  /** Holds its connections until it is killed. */
  public static void main(String[] arguments) throws Exception {
    InetAddress address = InetAddress.ofLiteral(arguments[1]);
    int port = Integer.parseInt(arguments[2]);
    if (arguments[0].equals("hall")) {
      hold(address, port);
    } else {
      come(address, port, Integer.parseInt(arguments[3]));
    }
  }

  private static void hold(InetAddress address, int port) throws IOException {
    try (ServerSocket door = new ServerSocket(port, BACKLOG, address)) {
      System.out.println("open");
      while (true) {
        Socket socket = door.accept();
        socket.getOutputStream().write(1);
        HELD.add(socket);
      }
    }
  }

  private static void come(InetAddress address, int port, int count) throws Exception {
    AtomicInteger left = new AtomicInteger(count);
    long begin = System.nanoTime();
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        all.add(
            threads.submit(
                () -> {
                  while (left.getAndDecrement() > 0) {
                    Socket socket = new Socket(address, port);
                    if (socket.getInputStream().read() != 1) {
                      throw new IOException("no greeting");
                    }
                    HELD.add(socket);
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.println(ALL_IN + String.format(Locale.ROOT, "%.0f", HELD.size() / seconds));
    // Held until somebody kills this.
    new CountDownLatch(1).await();
  }
}
