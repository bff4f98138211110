package dev.warren.cli.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.crypto.RandomSource;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoFilesTest {
  @TempDir private Path parent;
  private Path folder;

  @BeforeEach
  void nameAFolder() {
    folder = parent.resolve("quick");
  }

  private TwoFiles made() throws Failure {
    TwoFiles files = new TwoFiles(folder);
    files.make(RandomSource.secure());
    return files;
  }

  @Test
  void theOwnerAloneReadsThem() throws Failure, IOException {
    TwoFiles files = made();
    assertTrue(files.wereMade());
    for (String machine : new String[] {"home", "remote"}) {
      var mode = Files.getPosixFilePermissions(files.file(machine));
      assertEquals("rw-------", PosixFilePermissions.toString(mode));
    }
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
  }

  @Test
  void theyMeetHere() throws Failure, IOException {
    TwoFiles files = made();
    TwoFiles.Facts facts = files.read();
    assertTrue(facts.home().toString().endsWith(".1"), facts::toString);
    assertTrue(facts.remote().toString().endsWith(".2"), facts::toString);
    String home = Files.readString(files.file("home"));
    String remote = Files.readString(files.file("remote"));
    assertTrue(home.startsWith("# home, made by `warren quickstart`."), home);
    assertTrue(home.contains("\nListenPort = " + facts.port() + "\n"), home);
    assertTrue(remote.contains("\nEndpoint = 127.0.0.1:" + facts.port() + "\n"), remote);
    assertTrue(remote.lines().limit(3).allMatch(line -> line.startsWith("# ")), remote);
  }

  @Test
  void aPortThatIsTakenIsNotChosen() throws Failure, IOException {
    int port = made().read().port();
    try (DatagramSocket taken = new DatagramSocket(port)) {
      folder = parent.resolve("another");
      assertFalse(made().read().port() == taken.getLocalPort());
    }
  }

  @Test
  void aSecondRunTakesThemAsTheyAre() throws Failure, IOException {
    String before = Files.readString(made().file("home"));
    TwoFiles again = made();
    assertFalse(again.wereMade());
    assertEquals(before, Files.readString(again.file("home")));
    again.discard();
    assertEquals(before, Files.readString(again.file("home")));
  }

  @Test
  void aFolderOfSomebodyElsesIsLeftAlone() throws IOException {
    Files.createDirectory(folder);
    Path letter = Files.writeString(folder.resolve("letter"), "dear");
    Failure failure = assertThrows(Failure.class, this::made);
    assertTrue(failure.cause().contains("not from quickstart"), failure.cause());
    assertTrue(failure.mend().contains("warren quickstart FOLDER"), failure.mend());
    assertEquals("dear", Files.readString(letter));
  }

  @Test
  void aFileOrAForeignConfigurationIsLeftAloneToo() throws IOException {
    Files.writeString(folder, "a file");
    assertThrows(Failure.class, this::made);
    Files.delete(folder);
    Files.createDirectory(folder);
    Files.writeString(folder.resolve("home.conf"), "[Interface]\n");
    Files.writeString(folder.resolve("remote.conf"), "[Interface]\n");
    assertThrows(Failure.class, this::made);
    assertEquals("[Interface]\n", Files.readString(folder.resolve("home.conf")));
  }

  @Test
  void filesChangedForRealMachinesAreNotRun() throws Failure, IOException {
    Path remote = made().file("remote");
    Files.writeString(remote, Files.readString(remote).replace("127.0.0.1", "home.example.net"));
    Failure failure = assertThrows(Failure.class, () -> made().read());
    assertTrue(failure.cause().contains("for real machines by now"), failure.cause());
  }

  @Test
  void whatWasMadeIsTakenAway() throws Failure {
    made().discard();
    assertFalse(Files.exists(folder));
    TwoFiles late = new TwoFiles(folder);
    late.discard();
    assertThrows(Failure.class, () -> late.make(RandomSource.secure()));
    assertFalse(Files.exists(folder));
  }

  @Test
  void aFolderThatCannotBeMade() {
    folder = parent.resolve("no").resolve("such");
    Failure failure = assertThrows(Failure.class, this::made);
    assertTrue(failure.cause().startsWith("cannot make " + folder), failure.cause());
  }
}
