package dev.warren.interop.speed;

import dev.warren.embed.Tunnel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Forwards by a tunnel inside this program, as little around it as can be. */
public final class ForwardProgram {
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int BACKLOG = 1024;

  /** Buffers of those who have something to carry; who waits holds a single byte. */
  private static final ConcurrentLinkedQueue<byte[]> FREE = new ConcurrentLinkedQueue<>();

  private ForwardProgram() {}

  static List<String> commandLine(Path file, String far, int firstPort, int ports) {
    List<String> argv = new ArrayList<>(ChildJvm.of(ForwardProgram.class, "-Xmn8m", "-Xmx1g"));
    argv.addAll(List.of(file.toString(), far, "" + firstPort, "" + ports));
    return argv;
  }

  /** Until it is killed. */
  public static void main(String[] arguments) throws Exception {
    InetAddress far = InetAddress.ofLiteral(arguments[1]);
    int first = Integer.parseInt(arguments[2]);
    int ports = Integer.parseInt(arguments[3]);
    try (Tunnel tunnel = Tunnel.open(Path.of(arguments[0]))) {
      List<Thread> doors = new ArrayList<>();
      for (int port = first; port < first + ports; port++) {
        InetSocketAddress target = new InetSocketAddress(far, port);
        ServerSocket door = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        doors.add(Thread.ofVirtual().start(() -> accept(tunnel, door, target)));
      }
      for (Thread door : doors) {
        door.join();
      }
    }
  }

  private static void accept(Tunnel tunnel, ServerSocket door, InetSocketAddress target) {
    try (door) {
      while (true) {
        Socket near = door.accept();
        Thread.ofVirtual().start(() -> join(tunnel, near, target));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void join(Tunnel tunnel, Socket near, InetSocketAddress target) {
    try (near;
        Socket far = tunnel.dial(target, Duration.ofSeconds(20))) {
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> pump(far, near));
      pump(near, far);
      back.join();
    } catch (IOException e) {
      System.err.println(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] one = new byte[1];
      while (in.read(one, 0, 1) > 0) {
        carry(in, out, one[0]);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // One end is gone: so is the other.
      try {
        from.close();
        to.close();
      } catch (IOException alsoGone) {
        // Nothing is left to be done.
      }
    }
  }

  /** Carries what is there and what follows on its heels. */
  private static void carry(InputStream in, OutputStream out, byte first) throws IOException {
    byte[] buffer = FREE.poll();
    if (buffer == null) {
      buffer = new byte[BUFFER_BYTES];
    }
    try {
      buffer[0] = first;
      int count = 1;
      int there = in.available();
      while (there > 0) {
        int more = in.read(buffer, count, Math.min(there, buffer.length - count));
        if (more < 0) {
          break;
        }
        out.write(buffer, 0, count + more);
        count = 0;
        there = in.available();
      }
      if (count > 0) {
        out.write(buffer, 0, count);
      }
    } finally {
      FREE.add(buffer);
    }
  }
}
