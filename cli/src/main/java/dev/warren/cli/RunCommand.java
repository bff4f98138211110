package dev.warren.cli;

import dev.warren.cli.daemon.Background;
import dev.warren.cli.daemon.EndpointNames;
import dev.warren.cli.daemon.EndpointRefresh;
import dev.warren.cli.daemon.EnginePeers;
import dev.warren.cli.help.Help;
import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.RandomSource;
import dev.warren.engine.Engine;
import dev.warren.engine.Log;
import dev.warren.engine.Ports;
import dev.warren.engine.UapiServer;
import dev.warren.linux.BootClock;
import dev.warren.linux.HostMemory;
import dev.warren.linux.LinuxException;
import dev.warren.linux.LinuxHost;
import dev.warren.linux.LinuxProcess;
import dev.warren.linux.Offloads;
import dev.warren.linux.TunDevice;
import dev.warren.protocol.WallClock;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code warren run [-f] IF}: makes the interface and serves it until it is told to stop.
 *
 * <p>Without {@code -f} a second process does that in the background; this one returns once the
 * interface and its socket exist.
 *
 * <p><b>Errors:</b> exit status 1 with one line that says what to do; 2 for a command line that is
 * not understood.
 */
final class RunCommand {
  private static final String WORKERS = "WARREN_WORKERS";
  private static final int MAX_WORKERS = 64;
  private static final Path SOCKETS = Path.of("/var/run/wireguard");

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  RunCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.environment = environment;
  }

  int run(List<String> arguments) {
    boolean foreground = false;
    String name = null;
    for (String argument : arguments) {
      switch (argument) {
        case "-h", "--help" -> {
          return new Help(out, err).about("run");
        }
        case "-f", "--foreground" -> foreground = true;
        default -> {
          if (argument.startsWith("-") || name != null) {
            return misunderstood("unexpected argument `" + argument + "'");
          }
          name = argument;
        }
      }
    }
    if (name == null) {
      return misunderstood("which interface?");
    }
    try {
      CryptoEngines.inUse();
    } catch (IllegalStateException e) {
      err.println("warren: " + e.getMessage());
      return 1;
    }
    try {
      return foreground ? serve(name) : Background.start(name, EndpointNames.NONE).await();
    } catch (LinuxException | IOException e) {
      err.println("warren: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private int misunderstood(String what) {
    return Help.misunderstood(err, "run", what);
  }

  private int serve(String name) throws LinuxException, IOException, InterruptedException {
    boolean background = environment.containsKey(Background.VARIABLE);
    if (background) {
      LinuxProcess.newSession();
    }
    Log.Level wished = wishedLevel();
    Log log =
        new Log(
            wished == null ? Log.Level.ERROR : wished,
            line -> err.println(stamp() + " (" + name + ") " + line));
    EndpointNames names = names();
    Offloads offloads = OffloadSetting.parse(setting(OffloadSetting.VARIABLE));
    if (offloads == null) {
      return misunderstood(OffloadSetting.VARIABLE + " can be none, or any of -tso,-uso,-gso,-gro");
    }
    int workers = workers();
    if (workers < 0) {
      return misunderstood(WORKERS + " can be a number from 0 to " + MAX_WORKERS);
    }
    try (LinuxHost host =
            LinuxHost.open(
                name,
                TunDevice.DEFAULT_MTU,
                offloads,
                (offload, errno) ->
                    log.error(
                        "the kernel refuses "
                            + offload.title()
                            + " (errno "
                            + errno
                            + "); going on without"));
        Engine engine =
            engine(
                new Ports(host.tun(), host.udp(), host.doorbell()),
                workers,
                HostMemory.allocate(Arena.ofAuto(), Engine.MEMORY_BYTES),
                log)) {
      SignalStop signals = SignalStop.install(engine);
      int status = 1;
      try (UapiServer uapi =
              UapiServer.open(SOCKETS, name, engine, RunCommand::interfaceIndex, log);
          EndpointRefresh refresh =
              new EndpointRefresh(names, new EnginePeers(engine, names), log)) {
        engine.start();
        host.watch(engine);
        uapi.start();
        refresh.start();
        log.verbose("cryptography by " + CryptoEngines.description());
        if (background) {
          sayReady();
          LinuxProcess.detach(wished == null || wished == Log.Level.SILENT);
        }
        Rehearsal.inBackground();
        status = engine.awaitStopped() == null ? 0 : 1;
      } finally {
        signals.finished(status);
      }
      return status;
    }
  }

  /** The names of endpoints that whoever started this daemon hands to it. */
  private EndpointNames names() throws IOException {
    if (!EndpointNames.FROM_STANDARD_INPUT.equals(setting(EndpointNames.VARIABLE))) {
      return EndpointNames.NONE;
    }
    EndpointRefresh.prepare();
    return EndpointNames.parse(new String(System.in.readAllBytes(), StandardCharsets.UTF_8));
  }

  private String setting(String variable) {
    return environment.getOrDefault(variable, "").strip();
  }

  /** How many threads share the cryptography with the device's own; -1 for a wrong setting. */
  private int workers() {
    String wished = setting(WORKERS);
    if (wished.isEmpty()) {
      return Engine.suitableWorkers(Runtime.getRuntime().availableProcessors());
    }
    try {
      int workers = Integer.parseInt(wished);
      return workers <= MAX_WORKERS ? Math.max(workers, -1) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** The device that this host would serve on these ports. */
  static Engine engine(Ports ports, int workers, MemorySegment memory, Log log) {
    return new Engine(
        ports,
        CryptoEngines.x25519(),
        CryptoEngines.aead(),
        RandomSource.secure(),
        wallClock(),
        new BootClock()::nanos,
        workers,
        memory,
        log);
  }

  /** Lets the process go that waits for us. */
  private void sayReady() throws IOException {
    out.println(Background.READY);
    if (out.checkError()) {
      throw new IOException("whoever started this daemon did not wait for it; it ends");
    }
  }

  /** The level that the environment asks for, or null when it asks for none. */
  private Log.@Nullable Level wishedLevel() {
    String value = environment.getOrDefault("LOG_LEVEL", "");
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "" -> null;
      case "verbose", "debug" -> Log.Level.VERBOSE;
      case "error" -> Log.Level.ERROR;
      case "silent" -> Log.Level.SILENT;
      default -> {
        // Other programs have a LOG_LEVEL as well, so it cannot be a reason not to run.
        err.println("warren: LOG_LEVEL can be verbose, error or silent; taking error");
        yield null;
      }
    };
  }

  private static String stamp() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static WallClock wallClock() {
    return () -> {
      Instant now = Instant.now();
      return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    };
  }

  private static int interfaceIndex(String name) {
    try {
      NetworkInterface found = NetworkInterface.getByName(name);
      return found == null ? 0 : found.getIndex();
    } catch (SocketException e) {
      return 0;
    }
  }
}
