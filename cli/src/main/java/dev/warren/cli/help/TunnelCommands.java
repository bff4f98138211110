package dev.warren.cli.help;

import static dev.warren.cli.help.Argument.Kind.CONFIGURATION;
import static dev.warren.cli.help.Argument.Kind.FILE;
import static dev.warren.cli.help.Argument.Kind.INTERFACE;
import static dev.warren.cli.help.Argument.Kind.TUNNEL;
import static dev.warren.cli.help.Argument.Kind.WORDS;

/**
 * The descriptions of the counterparts of {@code wg} and {@code wg-quick}. What those themselves
 * answer to {@code --help} is theirs; this is for our own help, man pages and completion.
 *
 * <p><b>Owner:</b> any thread.
 */
final class TunnelCommands {
  private static final String FOLDER = "/etc/wireguard/NAME.conf";

  private TunnelCommands() {}

  static Command up() {
    return quick("up", "set up the tunnel of a configuration")
        .text(
            """
            Makes the interface, configures it, and sets addresses, MTU, name servers, routes and
            firewall as the configuration has it, as `wg-quick up` does. Warren serves the
            interface. Each step is shown; when one fails, all are undone. Endpoints given by name
            are looked up again when a peer has gone silent.
            """)
        .argument(CONFIGURATION)
        .variable(
            "WARREN_ENDPOINT_REFRESH", "`off` leaves endpoints where their names led to at first")
        .variable(
            "WG_ENDPOINT_RESOLUTION_RETRIES",
            "how often a name is asked for again before `up` gives up, or `infinity`; 15 when"
                + " unset")
        .example("sudo warren up wg0", "the tunnel of /etc/wireguard/wg0.conf")
        .example("sudo warren up ./home.conf", "the tunnel home, of a file elsewhere")
        .see("warren-down(1)", "warren-wg(1)", "wg-quick(8)");
  }

  static Command down() {
    return quick("down", "take a tunnel down")
        .text(
            """
            Undoes what `warren up` did, as `wg-quick down` does. With SaveConfig in the
            configuration the state of the interface is saved first.
            """)
        .argument(TUNNEL)
        .see("warren-up(1)", "wg-quick(8)");
  }

  static Command save() {
    return quick("save", "write the state of a tunnel into its configuration")
        .text("Writes the present keys, peers, addresses, DNS and MTU into the file.")
        .argument(TUNNEL)
        .see("warren-up(1)", "wg-quick(8)");
  }

  static Command strip() {
    return quick("strip", "print a configuration as `wg setconf` takes it")
        .text("Prints the file without the keys that only `up` and `down` know.")
        .argument(CONFIGURATION)
        .example(
            "sudo bash -c 'warren wg syncconf wg0 <(warren strip wg0)'",
            "apply a changed file without a break in the tunnel")
        .see("warren-wg(1)", "wg-quick(8)");
  }

  private static Command quick(String name, String purpose) {
    return Command.named(name, purpose)
        .synopsis("NAME | FILE")
        .exit(0, "it did what was asked")
        .exit(1, "it could not; what was begun is undone")
        .exit(2, "the command line is not understood")
        .file(FOLDER, "the configuration called NAME; a FILE's name ends in .conf");
  }

  static Command wg() {
    return Command.named("wg", "show and change interfaces, as the original `wg` does")
        .synopsis("[COMMAND [ARGUMENT]...]")
        .text(
            """
            The counterpart of `wg`: the same commands, output and exit statuses, for interfaces
            that a process in user space serves, whichever one that is. Without a command it
            shows all. Called through a link named wg, Warren is this command.
            """)
        .part(
            Command.named("show", "shows interfaces and peers; one field of them, for scripts")
                .synopsis("[INTERFACE | all | interfaces] [FIELD | dump]")
                .argument(INTERFACE, "all", "interfaces")
                .argument(
                    WORDS,
                    "public-key",
                    "private-key",
                    "listen-port",
                    "fwmark",
                    "peers",
                    "preshared-keys",
                    "endpoints",
                    "allowed-ips",
                    "latest-handshakes",
                    "transfer",
                    "persistent-keepalive",
                    "dump"))
        .part(
            Command.named("showconf", "prints the configuration as setconf takes it")
                .synopsis("INTERFACE")
                .argument(INTERFACE))
        .part(
            Command.named("set", "changes the interface, and adds, changes or removes peers")
                .synopsis(
                    "INTERFACE [listen-port PORT] [fwmark MARK] [private-key FILE] [peer KEY"
                        + " [remove] [preshared-key FILE] [endpoint HOST:PORT]"
                        + " [persistent-keepalive SECONDS] [allowed-ips IP/CIDR,...]]...")
                .argument(INTERFACE)
                .rest(
                    FILE,
                    "listen-port",
                    "fwmark",
                    "private-key",
                    "peer",
                    "remove",
                    "preshared-key",
                    "endpoint",
                    "persistent-keepalive",
                    "allowed-ips"))
        .part(file("setconf", "sets what the file says, and clears what it does not"))
        .part(file("addconf", "adds what the file says"))
        .part(file("syncconf", "as setconf, but leaves peers alone that stay as they are"))
        .part(Command.named("genkey", "prints a new private key").synopsis(""))
        .part(Command.named("genpsk", "prints a new preshared key").synopsis(""))
        .part(Command.named("pubkey", "reads a private key, prints its public key").synopsis(""))
        .variable("WG_COLOR_MODE", "`always`, `never` or `auto`: whether the output has colours")
        .variable("WG_HIDE_KEYS", "`never` to have secret keys shown")
        .variable(
            "WG_ENDPOINT_RESOLUTION_RETRIES",
            "how often a name is asked for again, or `infinity`; 15 when unset")
        .file("/var/run/wireguard/INTERFACE.sock", "where an interface is asked and changed")
        .example("sudo warren wg show wg0", "what is configured, and when peers were last heard")
        .example("warren wg genkey | tee private | warren wg pubkey", "a new pair of keys")
        .exit(0, "it did what was asked")
        .exit(1, "it could not, or the command line is not understood")
        .see("warren-run(1)", "warren-up(1)", "wg(8)");
  }

  private static Command file(String name, String purpose) {
    return Command.named(name, purpose)
        .synopsis("INTERFACE FILE")
        .argument(INTERFACE)
        .argument(FILE);
  }
}
