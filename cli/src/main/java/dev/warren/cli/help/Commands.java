package dev.warren.cli.help;

import static dev.warren.cli.help.Argument.Kind.COMMAND;
import static dev.warren.cli.help.Argument.Kind.FOLDER;
import static dev.warren.cli.help.Argument.Kind.INTERFACE;
import static dev.warren.cli.help.Argument.Kind.WORDS;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of commands. A new command is described by a method here (or in a class beside, when
 * this one grows), which is listed in {@link #groups}; all else follows from that.
 *
 * <p><b>Owner:</b> any thread.
 */
final class Commands {

  private static final String DONE = "it did what was asked";
  private static final String NOT_UNDERSTOOD = "the command line is not understood";

  private static final List<Group> GROUPS =
      List.of(
          new Group("Try it", CareCommands.quickstart()),
          new Group(
              "Tunnels",
              TunnelCommands.up(),
              TunnelCommands.down(),
              TunnelCommands.save(),
              TunnelCommands.strip()),
          new Group("Without root", ProxyDescription.proxy()),
          new Group("Care", CareCommands.status(), CareCommands.doctor(), CareCommands.config()),
          new Group("Interfaces", TunnelCommands.wg(), run()),
          new Group("Warren", help(), completion(), man(), version()));

  private Commands() {}

  /** Commands that belong together, in the order in which help lists them. */
  record Group(String title, List<Command> commands) {
    Group(String title, Command... commands) {
      this(title, List.of(commands));
    }
  }

  static List<Group> groups() {
    return GROUPS;
  }

  static List<Command> all() {
    return GROUPS.stream().flatMap(group -> group.commands().stream()).toList();
  }

  static @Nullable Command find(String name) {
    for (Group group : GROUPS) {
      for (Command command : group.commands()) {
        if (command.name.equals(name)) {
          return command;
        }
      }
    }
    return null;
  }

  private static Command run() {
    return Command.named("run", "make a WireGuard interface and serve it")
        .synopsis("[-f] INTERFACE")
        .text(
            """
            Makes the WireGuard interface INTERFACE and serves it until the interface or its
            socket is deleted, or SIGTERM comes. Returns once the interface exists and goes on
            in the background. Configure it with `wg` and `ip`.
            """)
        .option("-f, --foreground", "stay in the foreground")
        .argument(INTERFACE)
        .example("sudo warren run wg0", "make wg0 and go on in the background")
        .example("sudo ip link delete wg0", "end it")
        .example("sudo LOG_LEVEL=verbose warren run -f wg0", "watch what it does")
        .exit(0, "the interface exists; with `-f`: it was ended from outside")
        .exit(1, "it could not be made, or failed later")
        .exit(2, NOT_UNDERSTOOD)
        .file(
            "/var/run/wireguard/INTERFACE.sock",
            "where it is configured; deleting it ends the interface")
        .variable(
            "LOG_LEVEL",
            "`verbose`, `error` (the default) or `silent`: how much goes to standard error. In the"
                + " background that is given up once all is well, unless LOG_LEVEL asks for it")
        .variable(
            "WARREN_OFFLOAD",
            "`none`, or any of `-tso,-uso,-gso,-gro`: offloads of the kernel to leave alone")
        .variable(
            "WARREN_WORKERS",
            "how many more threads share the cryptography; by the number of cores when unset, none"
                + " below four")
        .see("wg(8)", "wg-quick(8)", "ip-link(8)");
  }

  private static Command help() {
    return Command.named("help", "say which commands there are, or more about one")
        .synopsis("[COMMAND]")
        .text("`warren COMMAND --help` says the same.")
        .argument(COMMAND)
        .exit(0, DONE)
        .exit(2, "there is no such command");
  }

  private static Command completion() {
    return Command.named("completion", "print completion for a shell")
        .synopsis("bash | zsh | fish")
        .text(
            """
            Prints a script that has the shell complete Warren's commands and options, interfaces,
            configurations and files.
            """)
        .argument(WORDS, "bash", "zsh", "fish")
        .example("source <(warren completion bash)", "for this shell")
        .example(
            "warren completion bash > ~/.local/share/bash-completion/completions/warren",
            "for every bash to come")
        .example(
            "warren completion zsh > ~/.zfunc/_warren",
            "for zsh, where `fpath+=~/.zfunc` stands before `compinit` in ~/.zshrc")
        .example("warren completion fish > ~/.config/fish/completions/warren.fish", "for fish")
        .exit(0, DONE)
        .exit(2, NOT_UNDERSTOOD);
  }

  private static Command man() {
    return Command.named("man", "print a man page")
        .synopsis("[COMMAND]")
        .synopsis("-d FOLDER")
        .text("Prints the source of the page of COMMAND, or of Warren as a whole.")
        .option(
            "-d, --directory",
            "FOLDER",
            Argument.of(FOLDER),
            "write all pages into FOLDER instead, which is made if it is missing")
        .argument(COMMAND)
        .example("warren man run | man -l -", "read the page of `warren run`")
        .example("sudo warren man -d /usr/local/share/man/man1", "install the pages")
        .exit(0, DONE)
        .exit(1, "the pages could not be written")
        .exit(2, NOT_UNDERSTOOD);
  }

  private static Command version() {
    return Command.named("version", "say the version, and who does the cryptography")
        .synopsis("")
        .text("`warren --version` says the same.")
        .exit(0, DONE)
        .exit(1, "no cryptography can be had as it was asked for");
  }
}
