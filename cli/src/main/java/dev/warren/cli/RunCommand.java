package dev.warren.cli;

import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.RandomSource;
import dev.warren.engine.Engine;
import dev.warren.engine.Log;
import dev.warren.engine.Ports;
import dev.warren.engine.UapiServer;
import dev.warren.linux.BootClock;
import dev.warren.linux.LinuxException;
import dev.warren.linux.LinuxHost;
import dev.warren.linux.LinuxProcess;
import dev.warren.linux.TunDevice;
import dev.warren.protocol.WallClock;
import java.io.IOException;
import java.io.PrintStream;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
  static final String USAGE =
      """
      usage: warren run [-f | --foreground] INTERFACE

      Makes the WireGuard interface INTERFACE and serves it until the interface or its
      socket /var/run/wireguard/INTERFACE.sock is deleted, or SIGTERM comes. Configure
      it with `wg` and `ip`. Returns once the interface exists and goes on in the
      background, unless:

        -f, --foreground   stay in the foreground

      LOG_LEVEL=verbose|error|silent says how much goes to standard error (error).
      """;

  private static final Path SOCKETS = Path.of("/var/run/wireguard");

  /** Set for the process in the background; it says {@link #READY} and lets go of the terminal. */
  private static final String BACKGROUND = "WARREN_IN_BACKGROUND";

  private static final String READY = "ready";

  private final PrintStream out;
  private final PrintStream err;

  RunCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  int run(List<String> arguments) {
    boolean foreground = false;
    String name = null;
    for (String argument : arguments) {
      switch (argument) {
        case "-h", "--help" -> {
          out.print(USAGE);
          return 0;
        }
        case "-f", "--foreground" -> foreground = true;
        default -> {
          if (argument.startsWith("-") || name != null) {
            err.print("warren run: unexpected argument `" + argument + "'\n" + USAGE);
            return 2;
          }
          name = argument;
        }
      }
    }
    if (name == null) {
      err.print("warren run: which interface?\n" + USAGE);
      return 2;
    }
    try {
      return foreground ? serve(name) : goToBackground(name);
    } catch (LinuxException | IOException e) {
      err.println("warren: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /** Starts this same program with {@code -f} and waits until it is ready, or is not to be. */
  private int goToBackground(String name) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    ProcessHandle.Info self = ProcessHandle.current().info();
    command.add(self.command().orElseThrow(() -> new IOException("/proc is not mounted")));
    for (String argument : self.arguments().orElseThrow()) {
      command.add(argument);
      if (argument.equals(Main.MODULE)) {
        break;
      }
    }
    command.addAll(List.of("run", "--foreground", name));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(BACKGROUND, "1");
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process daemon = builder.start();
    try (var said = daemon.inputReader()) {
      if (READY.equals(said.readLine())) {
        return 0;
      }
    }
    int status = daemon.waitFor();
    return status == 0 ? 1 : status;
  }

  private int serve(String name) throws LinuxException, IOException, InterruptedException {
    boolean background = System.getenv(BACKGROUND) != null;
    if (background) {
      LinuxProcess.newSession();
    }
    Log.Level level = logLevel();
    Log log = new Log(level, line -> err.println(stamp() + " (" + name + ") " + line));
    LinuxHost host = LinuxHost.open(name, TunDevice.DEFAULT_MTU);
    Engine engine =
        new Engine(
            new Ports(host.tun(), host.udp(), host.doorbell()),
            CryptoEngines.x25519(),
            CryptoEngines.aead(),
            RandomSource.secure(),
            wallClock(),
            new BootClock()::nanos,
            log);
    UapiServer uapi;
    try {
      uapi = UapiServer.open(SOCKETS, name, engine, RunCommand::interfaceIndex, log);
    } catch (IOException e) {
      host.close();
      throw e;
    }
    Thread hook = new Thread(() -> stopForSignal(engine, uapi), "warren-signal");
    Runtime.getRuntime().addShutdownHook(hook);
    engine.start();
    try (host) {
      host.watch(engine);
      uapi.start();
      log.verbose("cryptography by " + CryptoEngines.description());
      if (background) {
        out.println(READY);
        out.flush();
        LinuxProcess.detach(level != Log.Level.VERBOSE);
      }
      String failure = engine.awaitStopped();
      uapi.close();
      return failure == null ? 0 : 1;
    }
  }

  /** SIGTERM and SIGINT: a stop that was asked for is a success. */
  private static void stopForSignal(Engine engine, UapiServer uapi) {
    try {
      boolean wasRunning = engine.isRunning();
      engine.stop();
      String failure = engine.awaitStopped();
      uapi.close();
      if (wasRunning && failure == null) {
        Runtime.getRuntime().halt(0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Log.Level logLevel() {
    String value = System.getenv().getOrDefault("LOG_LEVEL", "error");
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "verbose", "debug" -> Log.Level.VERBOSE;
      case "silent" -> Log.Level.SILENT;
      default -> Log.Level.ERROR;
    };
  }

  private static String stamp() {
    return Instant.now().toString();
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
