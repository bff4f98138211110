package dev.warren.cli.help;

import static dev.warren.cli.help.Argument.Kind.FILE;
import static dev.warren.cli.help.Argument.Kind.FOLDER;
import static dev.warren.cli.help.Argument.Kind.INTERFACE;
import static dev.warren.cli.help.Argument.Kind.TUNNEL;
import static dev.warren.cli.help.Argument.Kind.WORDS;

/**
 * The descriptions of what the originals lack.
 *
 * <p><b>Owner:</b> any thread.
 */
final class ViewCommands {
  private static final String DONE = "it did what was asked";
  private static final String NOT_UNDERSTOOD = "the command line is not understood";

  private ViewCommands() {}

  static Command status() {
    return Command.named("status", "show the tunnels, and how each peer is")
        .synopsis("[--watch [SECONDS]] [--no-rates] [--json] [INTERFACE]...")
        .text(
            """
            Shows the tunnels of this machine, or those named. A peer is up when its keys are in
            use, stale when its last handshake is more than 3 minutes old, never when there was
            none; the line below it says why.

            Peers are called by the comments in their configuration: `# Name = home` in their
            section, or `# home` on the line above it.
            """)
        .option("-w, --watch", "show it live, every second or every SECONDS; q ends it")
        .option("-n, --no-rates", "do not wait half a second to measure rates")
        .option("-j, --json", "show it as JSON")
        .rest(INTERFACE)
        .example("sudo warren status", "all tunnels at a glance")
        .example("sudo warren status --watch 5 wg0", "one of them, live")
        .file("/etc/wireguard/INTERFACE.conf", "where the names of peers are found")
        .exit(0, DONE)
        .exit(1, "a tunnel could not be asked")
        .exit(2, NOT_UNDERSTOOD)
        .see("warren-wg(1)", "warren-doctor(1)");
  }

  static Command doctor() {
    return Command.named("doctor", "find why a tunnel does not work")
        .synopsis("[--json] [INTERFACE | FILE]")
        .text(
            """
            Finds why a tunnel does not work, and says what to do: looks at the interface, its
            daemon, the configuration, routes and firewall, and sends a few harmless packets.
            Takes up to ten seconds where a peer does not answer. Without an argument it looks at
            all tunnels.
            """)
        .option("-j, --json", "say it as JSON")
        .argument(TUNNEL)
        .example("sudo warren doctor wg0", "what is the matter with wg0?")
        .exit(0, "nothing was found")
        .exit(1, "something was found, or could not be looked at")
        .exit(2, NOT_UNDERSTOOD)
        .see("warren-status(1)", "warren-config(1)");
  }

  static Command config() {
    return Command.named("config", "make, extend and check configurations")
        .synopsis("new [OPTION]... HUB=HOST[:PORT] NAME...")
        .synopsis("add-peer [OPTION]... FILE NAME")
        .synopsis("check [OPTION]... FILE...")
        .text("Makes the files that `warren up` takes, adds to them, and checks them.")
        .part(
            shared(
                    "new",
                    "makes the configurations of machines that meet in a tunnel: keys, addresses,"
                        + " and for each NAME a file NAME.conf; HUB is the machine with an address"
                        + " that the others can reach; nothing is overwritten")
                .synopsis("HUB=HOST[:PORT] NAME...")
                .option("--network", "NETWORKS", Argument.of(WORDS), "addresses of the tunnel"))
        .part(
            shared(
                    "add-peer",
                    "adds one machine to the file of a hub, which otherwise stays as it is, and"
                        + " makes the file of the newcomer")
                .synopsis("FILE NAME")
                .argument(FILE)
                .option(
                    "--endpoint",
                    "HOST",
                    Argument.of(WORDS),
                    "where the hub is reached, if its file does not say"))
        .part(
            Command.named(
                    "check",
                    "says line and column of what is wrong, and what looks wrong; several files are"
                        + " checked against each other")
                .synopsis("FILE...")
                .option("-j, --json", "say it as JSON")
                .rest(FILE))
        .option("-q, --qr", "show the configuration as a QR code, for the phone apps")
        .option("-j, --json", "say it as JSON")
        .option(
            "-d, --directory",
            "FOLDER",
            Argument.of(FOLDER),
            "where new files go, instead of the current folder")
        .option(
            "--network",
            "NETWORKS",
            Argument.of(WORDS),
            "new: addresses of the tunnel; by chance when not said")
        .option("--all-traffic", "the others send everything through the hub")
        .option("--dns", "ADDRESS", Argument.of(WORDS), "what the others ask for names")
        .option("--psk", "also give each pair a preshared key")
        .option(
            "--endpoint",
            "HOST",
            Argument.of(WORDS),
            "add-peer: where the hub is reached, if its file does not say")
        .example("warren config new vps=vps.example.net home laptop", "three machines, one star")
        .example("warren config add-peer --qr vps.conf phone", "one more, shown to its camera")
        .example("warren config check *.conf", "do they fit together?")
        .exit(0, DONE)
        .exit(1, "it could not, or a file has something wrong")
        .exit(2, NOT_UNDERSTOOD)
        .see("warren-up(1)", "warren-doctor(1)");
  }

  private static Command shared(String name, String purpose) {
    return Command.named(name, purpose)
        .option("-q, --qr", "show the configuration as a QR code, for the phone apps")
        .option("-j, --json", "say it as JSON")
        .option("-d, --directory", "FOLDER", Argument.of(FOLDER), "where new files go")
        .option("--all-traffic", "the others send everything through the hub")
        .option("--dns", "ADDRESS", Argument.of(WORDS), "what the others ask for names")
        .option("--psk", "also give each pair a preshared key");
  }
}
