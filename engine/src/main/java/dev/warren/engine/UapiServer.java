package dev.warren.engine;

import dev.warren.packet.owner.Shared;
import dev.warren.protocol.config.DeviceSnapshot;
import dev.warren.protocol.uapi.UapiParser;
import dev.warren.protocol.uapi.UapiWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.ToIntFunction;

/**
 * Serves the configuration protocol: one virtual thread per client.
 *
 * <p>A client may send several requests; each is read to its end before any of it is applied. At
 * most {@link #MAX_CLIENTS} are served at once, the others wait to be accepted: a client that stops
 * reading holds up only itself. When the socket's file is removed the device is stopped; when the
 * server is closed its clients are disconnected.
 *
 * <p><b>Owner:</b> any thread.
 *
 * <p><b>Errors:</b> to the client by errno; a client that goes away is none.
 */
@Shared
public final class UapiServer implements AutoCloseable {
  static final int MAX_CLIENTS = 64;

  private final UapiSocket socket;
  private final Engine engine;
  private final ToIntFunction<String> interfaceIndex;
  private final Log log;
  private final Semaphore room = new Semaphore(MAX_CLIENTS);
  private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  private UapiServer(
      UapiSocket socket, Engine engine, ToIntFunction<String> interfaceIndex, Log log) {
    this.socket = socket;
    this.engine = engine;
    this.interfaceIndex = interfaceIndex;
    this.log = log;
  }

  /**
   * Makes the socket; clients are served from {@link #start} on.
   *
   * @param directory where the socket goes, made if it is not there
   * @param interfaceIndex finds the zone of a link-local endpoint by name, 0 if there is none
   */
  public static UapiServer open(
      Path directory,
      String interfaceName,
      Engine engine,
      ToIntFunction<String> interfaceIndex,
      Log log)
      throws IOException {
    return new UapiServer(UapiSocket.open(directory, interfaceName), engine, interfaceIndex, log);
  }

  /** Starts accepting clients and watching the socket's file. */
  public void start() {
    Thread.ofVirtual().name("warren-uapi").start(this::acceptAll);
    Thread.ofPlatform().daemon().name("warren-uapi-watch").start(this::watch);
  }

  private void watch() {
    try {
      socket.awaitRemoval();
      if (!closing) {
        log.verbose("the socket " + socket.path() + " was removed");
        engine.stop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ClosedWatchServiceException e) {
      // Closed: nothing left to watch.
    }
  }

  private void acceptAll() {
    while (!closing) {
      try {
        room.acquireUninterruptibly();
        SocketChannel client = socket.accept();
        Thread.ofVirtual().name("warren-uapi-client").start(() -> serve(client));
      } catch (IOException e) {
        if (!closing) {
          log.error("configuration socket: " + e.getMessage());
          engine.stop();
        }
        return;
      }
    }
  }

  private void serve(SocketChannel client) {
    clients.add(client);
    try (client) {
      if (closing) {
        return; // It was accepted too late to be seen by close().
      }
      // Every byte is a character to the parser, which knows what belongs in a line.
      UapiParser parser =
          new UapiParser(Channels.newReader(client, StandardCharsets.ISO_8859_1), interfaceIndex);
      Writer out =
          new BufferedWriter(
              new OutputStreamWriter(Channels.newOutputStream(client), StandardCharsets.US_ASCII));
      answerAll(parser, out);
    } catch (IOException | UncheckedIOException e) {
      log.verbose("a configuration client went away: " + e);
    } catch (CancellationException | CompletionException e) {
      log.verbose("a configuration request came to nothing: " + e);
    } catch (OutOfMemoryError e) {
      log.error("not enough memory for a configuration client");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clients.remove(client);
      room.release();
    }
  }

  private void answerAll(UapiParser parser, Writer out) throws IOException, InterruptedException {
    UapiParser.Request request;
    while ((request = parser.next()) != null) {
      switch (request) {
        case UapiParser.Get() -> UapiWriter.writeErrno(answerGet(out), out);
        case UapiParser.Drops() -> {
          UapiWriter.write(engine.counters(), out);
          UapiWriter.writeErrno(0, out);
        }
        case UapiParser.Set(var change) -> UapiWriter.writeErrno(engine.apply(change), out);
        case UapiParser.Rejected(int errno, int line, String why) -> {
          log.error("configuration request, line " + line + ": " + why);
          UapiWriter.writeErrno(errno, out);
        }
      }
      out.flush();
    }
  }

  private int answerGet(Writer out) throws IOException, InterruptedException {
    try (DeviceSnapshot snapshot = engine.snapshot()) {
      UapiWriter.write(snapshot, out);
      return 0;
    } catch (CompletionException e) {
      if (e.getCause() instanceof OutOfMemoryError) {
        log.error("not enough memory to answer a configuration request");
        return -UapiParser.ENOMEM;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    closing = true;
    try {
      socket.close();
    } catch (IOException e) {
      log.error("removing " + socket.path() + ": " + e.getMessage());
    }
    for (SocketChannel client : clients) {
      try {
        client.close();
      } catch (IOException e) {
        log.verbose("disconnecting a configuration client: " + e.getMessage());
      }
    }
  }
}
