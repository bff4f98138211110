package dev.warren.embed.dns;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A network of name servers whose time goes on only while somebody waits for an answer. */
final class VirtualNetwork implements Transport, LongSupplier {
  static final long MILLI = 1_000_000L;

  /** A datagram on its way to whoever asked. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(byte[] message, long delayNanos, InetSocketAddress from) {}

  /** How a server answers by UDP; an empty list: not at all; null: its port is closed. */
  interface Server {
    @Nullable List<Answer> answers(byte[] query, InetSocketAddress self);
  }

  private final Map<InetSocketAddress, Server> byDatagram = new HashMap<>();
  private final Map<InetSocketAddress, Function<byte[], byte[]>> byStream = new HashMap<>();

  /** Whom was asked for what: {@code 10.0.0.53 name type}, {@code tcp} in front of those by TCP. */
  final List<String> asked = new ArrayList<>();

  private long now = 1_000_000_000_000L;

  static InetSocketAddress server(String address) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), 53);
  }

  void datagrams(String address, Server server) {
    byDatagram.put(server(address), server);
  }

  /** A server that answers after 10 ms by UDP, and by TCP as well. */
  void zone(String address, Zone zone) {
    datagrams(address, (query, self) -> List.of(new Answer(zone.answer(query), 10 * MILLI, self)));
    stream(address, zone::answer);
  }

  void stream(String address, Function<byte[], byte[]> server) {
    byStream.put(server(address), server);
  }

  void pass(Duration time) {
    now += time.toNanos();
  }

  @Override
  public long getAsLong() {
    return now;
  }

  private void note(String by, InetSocketAddress to, byte[] query) {
    asked.add(
        by + to.getAddress().getHostAddress() + " " + Zone.name(query) + " " + Zone.type(query));
  }

  @Override
  public DatagramSocket datagrams(@Nullable InetAddress local, int port) throws IOException {
    return new Datagrams();
  }

  @Override
  public Socket dial(InetSocketAddress to, Duration timeout) throws IOException {
    Function<byte[], byte[]> server = byStream.get(to);
    if (server == null) {
      throw new ConnectException("Connection refused");
    }
    return new Stream(to, server);
  }

  /** A port whose waiting moves the clock. */
  private final class Datagrams extends DatagramSocket {
    private record Arrival(long atNanos, Answer answer) {}

    private final PriorityQueue<Arrival> arrivals =
        new PriorityQueue<>(Comparator.comparingLong(Arrival::atNanos));
    private boolean unreachable;
    private int timeoutMillis;

    Datagrams() throws SocketException {
      super((SocketAddress) null);
    }

    @Override
    public void connect(SocketAddress to) {}

    @Override
    public void setSoTimeout(int millis) {
      timeoutMillis = millis;
    }

    @Override
    public void send(DatagramPacket packet) {
      InetSocketAddress to = (InetSocketAddress) packet.getSocketAddress();
      byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
      note("", to, query);
      Server server = byDatagram.get(to);
      List<Answer> answers = server == null ? List.of() : server.answers(query, to);
      if (answers == null) {
        unreachable = true;
      } else {
        answers.forEach(answer -> arrivals.add(new Arrival(now + answer.delayNanos, answer)));
      }
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
      if (unreachable) {
        throw new PortUnreachableException("ICMP Port Unreachable");
      }
      long until = now + timeoutMillis * MILLI;
      Arrival next = arrivals.peek();
      if (next == null || next.atNanos > until) {
        now = until;
        throw new SocketTimeoutException("Receive timed out");
      }
      arrivals.remove();
      now = Math.max(now, next.atNanos);
      byte[] message = next.answer.message;
      int length = Math.min(message.length, packet.getLength());
      System.arraycopy(message, 0, packet.getData(), 0, length);
      packet.setLength(length);
      packet.setSocketAddress(next.answer.from);
    }
  }

  /** A connection to a server that answers each query once it has come in whole. */
  private final class Stream extends Socket {
    private final InetSocketAddress to;
    private final Function<byte[], byte[]> server;
    private final ArrayDeque<Byte> in = new ArrayDeque<>();

    Stream(InetSocketAddress to, Function<byte[], byte[]> server) {
      this.to = to;
      this.server = server;
    }

    @Override
    public void setSoTimeout(int millis) {}

    @Override
    public OutputStream getOutputStream() {
      return new ByteArrayOutputStream() {
        @Override
        public void flush() {
          ByteBuffer all = ByteBuffer.wrap(toByteArray());
          reset();
          while (all.hasRemaining()) {
            byte[] query = new byte[all.getShort()];
            all.get(query);
            note("tcp ", to, query);
            byte[] answer = server.apply(query);
            in.add((byte) (answer.length >>> 8));
            in.add((byte) answer.length);
            for (byte b : answer) {
              in.add(b);
            }
          }
        }
      };
    }

    @Override
    public InputStream getInputStream() {
      return new InputStream() {
        @Override
        public int read() {
          Byte next = in.poll();
          return next == null ? -1 : next & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
          // In small pieces, as segments come.
          byte[] piece = new byte[Math.min(Math.min(length, 7), in.size())];
          for (int i = 0; i < piece.length; i++) {
            piece[i] = in.remove();
          }
          try {
            int read =
                new ByteArrayInputStream(piece).read(into, offset, Math.max(1, piece.length));
            return piece.length == 0 ? -1 : read;
          } catch (IndexOutOfBoundsException e) {
            throw new UncheckedIOException(new IOException(e));
          }
        }
      };
    }
  }
}
