package dev.warren.embed.dns;

import dev.warren.packet.owner.Immutable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Asks one server some questions side by side: by UDP from a port of their own, and by TCP what
 * does not fit.
 *
 * <p><b>Owner:</b> any thread; state is the questions', which are the caller's.
 *
 * <p><b>Errors:</b> noted in the questions; nothing is thrown.
 *
 * <p><b>Source:</b> RFC 1035 section 4.2, RFC 5452 section 9, RFC 6891 section 7, RFC 7766, RFC
 * 8305 section 3 (how long one family waits for the other).
 */
@Immutable
final class DnsExchange {
  static final long TCP_TIMEOUT_NANOS = 5_000_000_000L;

  /** RFC 8305 has 50 ms; a tunnel's path may be twice as long, and may lose a packet. */
  static final long RESOLUTION_DELAY_NANOS = 250_000_000L;

  /** Others' messages on a stream of ours: a server that sends more of them is left. */
  private static final int MAX_FOREIGN_MESSAGES = 8;

  private static final int BUFFER_BYTES = 4096;

  private final Transport network;
  private final RandomGenerator random;
  private final LongSupplier nanoClock;

  DnsExchange(Transport network, RandomGenerator random, LongSupplier nanoClock) {
    this.network = network;
    this.random = random;
    this.nanoClock = nanoClock;
  }

  /** Returns when all are answered, or have failed, or the time is over. */
  void ask(InetSocketAddress server, List<DnsQuestion> questions, long timeoutNanos) {
    List<DnsQuestion> byStream;
    try (DatagramSocket socket = network.datagrams(null, 0)) {
      socket.connect(server);
      for (DnsQuestion question : questions) {
        send(socket, server, question.ask(true, random));
      }
      byStream = receive(socket, server, questions, nanoClock.getAsLong() + timeoutNanos);
    } catch (PortUnreachableException e) {
      waitingFail(questions, "its port is unreachable");
      return;
    } catch (IOException e) {
      waitingFail(questions, text(e));
      return;
    }
    if (!byStream.isEmpty()) {
      askByStream(server, byStream);
    }
  }

  private static void send(DatagramSocket socket, InetSocketAddress server, byte[] message)
      throws IOException {
    socket.send(new DatagramPacket(message, message.length, server));
  }

  /** Returns those whose answer is to be had by TCP. */
  private List<DnsQuestion> receive(
      DatagramSocket socket, InetSocketAddress server, List<DnsQuestion> questions, long deadline)
      throws IOException {
    List<DnsQuestion> byStream = new ArrayList<>();
    byte[] buffer = new byte[BUFFER_BYTES];
    long until = deadline;
    while (questions.stream().anyMatch(q -> q.isWaiting() && !byStream.contains(q))) {
      long left = until - nanoClock.getAsLong();
      if (left <= 0) {
        break;
      }
      socket.setSoTimeout(millis(left));
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException e) {
        continue; // the clock says whether it is over
      }
      if (!server.getAddress().equals(packet.getAddress())
          || server.getPort() != packet.getPort()) {
        continue;
      }
      for (DnsQuestion question : questions) {
        switch (question.echo(buffer, packet.getLength())) {
          case OURS -> take(socket, server, question, byStream, buffer, packet.getLength());
          case OTHER_LETTERS -> byStream(byStream, question);
          case FOREIGN -> {}
        }
      }
      if (questions.stream().anyMatch(DnsQuestion::hasAddresses)) {
        until = Math.min(until, nanoClock.getAsLong() + RESOLUTION_DELAY_NANOS);
      }
    }
    return byStream;
  }

  private void take(
      DatagramSocket socket,
      InetSocketAddress server,
      DnsQuestion question,
      List<DnsQuestion> byStream,
      byte[] message,
      int length)
      throws IOException {
    switch (DnsDecoder.decode(message, length)) {
      case DnsFlaw flaw -> question.note("its answer cannot be read: " + flaw.text());
      case DnsReply reply -> {
        if (reply.truncated()) {
          byStream(byStream, question);
        } else if (reply.refusesExtension() && question.isExtended()) {
          send(socket, server, question.ask(false, random));
        } else {
          question.answered(reply);
        }
      }
    }
  }

  private static void byStream(List<DnsQuestion> byStream, DnsQuestion question) {
    if (!byStream.contains(question)) {
      byStream.add(question);
    }
  }

  private void askByStream(InetSocketAddress server, List<DnsQuestion> questions) {
    long deadline = nanoClock.getAsLong() + TCP_TIMEOUT_NANOS;
    try (Socket socket = network.dial(server, Duration.ofNanos(TCP_TIMEOUT_NANOS))) {
      // One write: a server may read one segment and expect the whole (RFC 7766 section 8).
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (DnsQuestion question : questions) {
        byte[] message = question.ask(question.isExtended(), random);
        all.write(message.length >>> 8);
        all.write(message.length);
        all.write(message);
      }
      OutputStream out = socket.getOutputStream();
      out.write(all.toByteArray());
      out.flush();
      int foreign = 0;
      while (foreign <= MAX_FOREIGN_MESSAGES
          && questions.stream().anyMatch(DnsQuestion::isWaiting)) {
        byte[] size = read(socket, 2, deadline);
        byte[] message = read(socket, (size[0] & 0xff) << 8 | (size[1] & 0xff), deadline);
        foreign += takeFromStream(questions, message) ? 0 : 1;
      }
      waitingFail(questions, "by TCP it answers other questions");
    } catch (SocketTimeoutException e) {
      waitingFail(
          questions, "no answer by TCP within " + TCP_TIMEOUT_NANOS / 1_000_000_000L + " s");
    } catch (IOException e) {
      waitingFail(questions, "by TCP: " + text(e));
    }
  }

  private boolean takeFromStream(List<DnsQuestion> questions, byte[] message) {
    for (DnsQuestion question : questions) {
      // Whoever can write into the stream need not guess letters.
      if (question.echo(message, message.length) != DnsQuery.Echo.FOREIGN) {
        switch (DnsDecoder.decode(message, message.length)) {
          case DnsFlaw flaw -> question.failed("its answer cannot be read: " + flaw.text());
          case DnsReply reply when reply.truncated() ->
              question.failed("its answer is cut short by TCP as well");
          case DnsReply reply -> question.answered(reply);
        }
        return true;
      }
    }
    return false;
  }

  private byte[] read(Socket socket, int count, long deadline) throws IOException {
    byte[] bytes = new byte[count];
    InputStream in = socket.getInputStream();
    int read = 0;
    while (read < count) {
      long left = deadline - nanoClock.getAsLong();
      if (left <= 0) {
        throw new SocketTimeoutException();
      }
      socket.setSoTimeout(millis(left));
      int got = in.read(bytes, read, count - read);
      if (got < 0) {
        throw new IOException("the stream ended within its answer");
      }
      read += got;
    }
    return bytes;
  }

  private static int millis(long nanos) {
    return (int) Math.max(1, (nanos + 999_999) / 1_000_000);
  }

  private static void waitingFail(List<DnsQuestion> questions, String why) {
    for (DnsQuestion question : questions) {
      if (question.isWaiting()) {
        question.failed(why);
      }
    }
  }

  private static String text(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
