package dev.warren.interop.stack;

import dev.warren.sim.stack.Content;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Programs on both sides at once, with streams whose every byte is known. */
final class Exchange implements AutoCloseable {
  private static final int CHUNK_BYTES = 32 << 10;
  private static final long LIMIT_SECONDS = 45;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Future<?>> running = new ConcurrentLinkedQueue<>();

  /** Starts a program. */
  void start(Callable<?> program) {
    running.add(threads.submit(program));
  }

  /** Waits for all, those among them that others start; fails as the first of them did. */
  void await() {
    for (Future<?> each; (each = running.poll()) != null; ) {
      try {
        each.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new AssertionError(e.getCause());
      } catch (TimeoutException | InterruptedException e) {
        throw new AssertionError("not over within " + LIMIT_SECONDS + " s", e);
      }
    }
  }

  /** Sends so much of a stream. */
  static void send(Duplex to, long stream, long bytes) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, bytes)];
    for (long done = 0; done < bytes; ) {
      int length = (int) Math.min(chunk.length, bytes - done);
      Content.fill(stream, done, chunk, 0, length);
      to.write(chunk, length);
      done += length;
    }
  }

  /** Receives a stream to its end, which must be where it is said to be. */
  static void receive(Duplex from, long stream, long bytes) throws IOException {
    long done = receiveSome(from, stream, Long.MAX_VALUE);
    if (done != bytes) {
      throw new IOException("the stream ended at " + done + " of " + bytes);
    }
  }

  /** Receives until so many bytes have come, or the end. */
  static long receiveSome(Duplex from, long stream, long bytes) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    long done = 0;
    for (int count; done < bytes && (count = from.read(chunk)) >= 0; done += count) {
      long difference = Content.difference(stream, done, chunk, 0, count);
      if (difference >= 0) {
        throw new IOException("a wrong byte at " + difference);
      }
    }
    return done;
  }

  /** Both streams at once over one connection, each side closing its own. */
  void both(Duplex one, Duplex other, long stream, long bytes) {
    start(() -> sendAll(one, stream, bytes));
    start(() -> sendAll(other, stream + 1, bytes));
    start(() -> receiveAll(one, stream + 1, bytes));
    start(() -> receiveAll(other, stream, bytes));
  }

  private static Object sendAll(Duplex to, long stream, long bytes) throws IOException {
    send(to, stream, bytes);
    to.shutdownOutput();
    return to;
  }

  private static Object receiveAll(Duplex from, long stream, long bytes) throws IOException {
    receive(from, stream, bytes);
    return from;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
