package dev.warren.interop.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which room may use which, and where the host may be touched. */
class RoomsTest {

  static Stream<String> rooms() {
    return Rooms.MAY_USE.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void arrowsPointOneWay(String room) {
    List<String> allowed = new ArrayList<>(Rooms.MAY_USE.getOrDefault(room, List.of()));
    allowed.add(room);
    String[] own = Rooms.packages(allowed.toArray(String[]::new));
    noClasses()
        .that()
        .resideInAnyPackage(Rooms.packages(room))
        .should()
        .dependOnClassesThat(resideInAnyPackage("dev.warren..").and(resideOutsideOfPackages(own)))
        .because(
            "the arrows between rooms are what lets one be read, tested and replaced alone; if "
                + room
                + " needs this, hand it in as an interface that "
                + room
                + " owns")
        .check(Rooms.CLASSES);
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void theJdkIsEnough(String room) {
    noClasses()
        .that()
        .resideInAnyPackage(Rooms.packages(room))
        .and()
        .resideOutsideOfPackage("dev.warren.cli.qr")
        .should()
        .dependOnClassesThat(
            resideOutsideOfPackages("dev.warren..", "java..", "javax..", "org.jspecify.."))
        .because("what is shipped is what must be audited; test libraries belong in src/test")
        .check(Rooms.CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices()
        .matching("dev.warren.(**)")
        .should()
        .beFreeOfCycles()
        // Who wants an engine asks beside the interfaces, and asking means trying openssl first.
        .ignoreDependency(
            Rooms.named("choose an engine", "dev\\.warren\\.crypto\\.CryptoEngines(\\$.*)?"),
            resideInAnyPackage("dev.warren.crypto.openssl"))
        .because("packages in a cycle are one package that takes longer to read")
        .check(Rooms.CLASSES);
  }

  @Test
  void nativeCallsStayAtTheHost() {
    noClasses()
        .that(resideOutsideOfPackages("dev.warren.linux..", "dev.warren.crypto.openssl.."))
        .should()
        .dependOnClassesThat(
            Rooms.named(
                "call native code",
                "java\\.lang\\.foreign\\.(Linker|SymbolLookup|FunctionDescriptor)(\\$.*)?"))
        .orShould()
        .callMethod("java.lang.foreign.MemorySegment", "reinterpret", "long")
        .orShould()
        .callMethod("java.lang.System", "loadLibrary", "java.lang.String")
        .orShould()
        .callMethod("java.lang.System", "load", "java.lang.String")
        .because(
            "a wrong native call ends the whole process, so they all live where they are reviewed"
                + " as such; plain memory (MemorySegment, Arena) is welcome everywhere")
        .check(Rooms.CLASSES);
  }

  @Test
  void jceStaysInCrypto() {
    noClasses()
        .that(resideOutsideOfPackages("dev.warren.crypto.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("javax.crypto..", "java.security..")
                .and(
                    Rooms.named(
                        "are no mere vocabulary",
                        "(?!java\\.security\\.(GeneralSecurityException|PrivilegedAction|Security$)).*")))
        .because("JCE allocates per packet and throws per forgery; crypto's interfaces do neither")
        .check(Rooms.CLASSES);
  }

  @Test
  void nobodySleeps() {
    noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "it sleeps",
                call ->
                    call.getTarget().getName().equals("sleep")
                        && call.getTargetOwner().getName().matches(".*\\.(Thread|TimeUnit)")))
        .because("what waits for time waits on the doorbell with a deadline, so it can be woken")
        .check(Rooms.CLASSES);
  }

  @Test
  void ownersAreNamed() {
    classes()
        .that()
        .resideInAnyPackage(
            Rooms.packages("packet", "config", "protocol", "linux", "engine", "netstack", "embed"))
        .should(nameTheirOwner())
        .because(
            "who may touch an object, and from which thread, is the first question of its reader")
        .check(Rooms.CLASSES);
  }

  private static ArchCondition<JavaClass> nameTheirOwner() {
    return new ArchCondition<>("be @Immutable, @Confined or @Shared if they hold state") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean holdsState =
            type.getFields().stream()
                .anyMatch(f -> !f.getModifiers().contains(JavaModifier.STATIC));
        boolean plain =
            type.isTopLevelClass()
                && !type.isInterface()
                && !type.isEnum()
                && !type.isRecord()
                && !type.isAssignableTo(Throwable.class);
        boolean named =
            Stream.of("Immutable", "Confined", "Shared")
                .anyMatch(name -> type.isAnnotatedWith("dev.warren.packet.owner." + name));
        if (holdsState && plain && !named) {
          events.add(
              SimpleConditionEvent.violated(
                  type, type.getName() + " does not say who owns it (" + type.getSource() + ")"));
        }
      }
    };
  }
}
