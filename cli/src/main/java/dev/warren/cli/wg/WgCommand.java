package dev.warren.cli.wg;

import dev.warren.cli.names.EndpointResolver;
import dev.warren.cli.names.ServiceNames;
import dev.warren.cli.uapi.UapiSockets;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * {@code wg}: finds the subcommand and runs it.
 *
 * <p><b>Errors:</b> exit status 1 and a message, as the original's; 141 when nobody reads its
 * output any more, as a shell sees a program that SIGPIPE ended.
 *
 * <p><b>Source:</b> wireguard-tools' {@code wg.c}.
 */
public final class WgCommand {
  private static final String PROGRAM = "wg";
  private static final String VERSION = "1.0.20210914";
  private static final int NOBODY_READS = 141;

  private static final String USAGE =
      """
      Usage: wg <cmd> [<args>]

      Available subcommands:
        show: Shows the current configuration and device information
        showconf: Shows the current configuration of a given WireGuard interface, for use with `setconf'
        set: Change the current configuration, add peers, remove peers, or change peers
        setconf: Applies a configuration file to a WireGuard interface
        addconf: Appends a configuration file to a WireGuard interface
        syncconf: Synchronizes a configuration file to a WireGuard interface
        genkey: Generates a new private key and writes it to stdout
        genpsk: Generates a new preshared key and writes it to stdout
        pubkey: Reads a private key from stdin and writes a public key to stdout
      You may pass `--help' to any of these subcommands to view usage.
      """;

  final WgEnvironment environment;
  final ByteText out;
  final ByteText err;

  private WgCommand(WgEnvironment environment) {
    this.environment = environment;
    this.out = new ByteText(environment.out());
    this.err = new ByteText(environment.err());
  }

  /** Runs in this process's own world: streams, environment, {@code /var/run/wireguard}. */
  public static int run(String[] arguments) {
    EndpointResolver.useSystemOrder();
    return run(
        new WgEnvironment(
            new FileInputStream(FileDescriptor.in),
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            System.getenv(),
            new UapiSockets(),
            new ServiceNames(),
            new LinuxWgHost()),
        bytes(arguments));
  }

  /**
   * Runs in the world that is handed in.
   *
   * @param arguments the subcommand and what follows it, as bytes, one a character
   */
  public static int run(WgEnvironment environment, String... arguments) {
    WgCommand command = new WgCommand(environment);
    int status = command.dispatch(arguments);
    command.out.flush();
    command.err.flush();
    return command.out.isUnread() && status == 0 ? NOBODY_READS : status;
  }

  private int dispatch(String[] arguments) {
    if (arguments.length == 0) {
      return new ShowCommand(this).run(new String[] {"show"});
    }
    if (arguments.length == 1) {
      switch (arguments[0]) {
        case "-v", "--version", "version" -> {
          out.line("wireguard-tools v" + VERSION + " - https://git.zx2c4.com/wireguard-tools/");
          return 0;
        }
        case "-h", "--help", "help" -> {
          out.add(USAGE);
          return 0;
        }
        default -> {}
      }
    }
    return switch (arguments[0]) {
      case "show" -> new ShowCommand(this).run(arguments);
      case "showconf" -> new ShowConfCommand(this).run(arguments);
      case "set" -> new SetCommand(this).run(arguments);
      case "setconf", "addconf", "syncconf" -> new SetConfCommand(this).run(arguments);
      case "genkey", "genpsk" -> new KeyCommands(this).generate(arguments);
      case "pubkey" -> new KeyCommands(this).publicKey(arguments);
      default -> {
        err.line("Invalid subcommand: `" + arguments[0] + "'");
        err.add(USAGE);
        yield 1;
      }
    };
  }

  /** Says how a subcommand is used. */
  void usage(String subcommand, String more) {
    err.line("Usage: " + PROGRAM + " " + subcommand + more);
  }

  /** A text as its bytes, one a character. */
  static String bytes(String text) {
    return isAscii(text)
        ? text
        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** The text that these bytes, one a character, are. */
  static String text(String bytes) {
    return isAscii(bytes)
        ? bytes
        : new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /**
   * The arguments as the bytes they were, one a character. What is not ASCII the JVM has decoded,
   * with loss in the locale C, so it is read again where the kernel keeps it.
   */
  private static String[] bytes(String[] arguments) {
    String[] bytes = arguments.clone();
    for (String argument : arguments) {
      if (!isAscii(argument)) {
        try (FileInputStream in = new FileInputStream("/proc/self/cmdline")) {
          String all = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
          int end = all.length() - 1;
          for (int i = bytes.length - 1; i >= 0 && end >= 0; i--) {
            int begin = all.lastIndexOf('\0', end - 1) + 1;
            bytes[i] = all.substring(begin, end);
            end = begin - 1;
          }
          return bytes;
        } catch (IOException e) {
          break;
        }
      }
    }
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes(bytes[i]);
    }
    return bytes;
  }

  /** The name as long as the kernel lets a name be; what is longer is cut as the original does. */
  static String interfaceName(String argument) {
    return argument.length() > 15 ? argument.substring(0, 15) : argument;
  }
}
