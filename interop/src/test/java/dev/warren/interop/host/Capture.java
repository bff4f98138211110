package dev.warren.interop.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * What passes over one interface of a host, recorded by {@code tcpdump} and read while it runs.
 *
 * <p>Owner: any thread; one scenario each.
 */
public final class Capture implements AutoCloseable {
  /** More than any test needs; a flood may keep it busy for ever. */
  private static final Duration CATCH_UP = Duration.ofSeconds(5);

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Running running;
  private final Path file;

  private Capture(Running running, Path file) {
    this.running = running;
    this.file = file;
  }

  /** Records UDP on a device from now on: it returns once tcpdump listens. */
  public static Capture start(Namespace namespace, String device) {
    Path file = namespace.file("capture-" + COUNT.incrementAndGet() + ".pcap");
    Running running =
        namespace.start(
            "tcpdump",
            "--immediate-mode",
            "--packet-buffered",
            "-n",
            "-Z",
            "root",
            "-s",
            "65535",
            "-i",
            device,
            "-w",
            file.toString(),
            "udp");
    running.awaitOutput("listening on");
    return new Capture(running, file);
  }

  /** Every UDP datagram that has passed by now, in order. */
  public List<WireDatagram> datagrams() {
    catchUp();
    try {
      return PcapReader.datagrams(Files.exists(file) ? Files.readAllBytes(file) : new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Lets tcpdump write what has passed: a datagram that comes by makes it runnable, and it sleeps
   * again once it has written all. On a busy machine that is well after the datagram has arrived
   * where it was sent to.
   */
  private void catchUp() {
    Await.within(CATCH_UP, () -> !running.isRunning() || running.isAsleep());
  }

  public List<WireDatagram> datagrams(Predicate<WireDatagram> which) {
    return datagrams().stream().filter(which).toList();
  }

  public List<WireDatagram> datagrams(WireDatagram.Kind kind) {
    return datagrams(datagram -> datagram.kind() == kind);
  }

  /** Waits until {@code count} of these have been seen, from the start on. */
  public List<WireDatagram> await(
      String what, int count, Duration limit, Predicate<WireDatagram> which) {
    Await.until(
        () -> count + " x " + what + " on the wire; seen: " + describe(),
        limit,
        () -> datagrams(which).size() >= count);
    return datagrams(which);
  }

  /** All of it in text, for the messages of failures. */
  public String describe() {
    List<WireDatagram> all = datagrams();
    StringBuilder text = new StringBuilder("%d datagrams".formatted(all.size()));
    all.stream()
        .skip(Math.max(0, all.size() - 25))
        .forEach(datagram -> text.append('\n').append(datagram));
    return text.toString();
  }

  @Override
  public void close() {
    running.close();
  }
}
