package io.statemanager;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The rooms, as code: who may know whom. */
@AnalyzeClasses(packages = "io.statemanager", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final List<String> FEATURES = List.of(
            "environment", "lease", "supervision", "replication", "checkpoint", "proxy", "juicefs", "http", "cli");
    private static final List<String> PURE = List.of("ltx", "wal", "restic", "linux");

    /** Shared rooms from the lowest to the highest; each may use those before it. */
    private static final List<String> SHARED = List.of("runtime", "bus", "config", "sqlite", "storage");

    @ArchTest
    static void featuresNeverKnowOneAnother(com.tngtech.archunit.core.domain.JavaClasses all) {
        for (String feature : FEATURES) {
            rule(feature, others(FEATURES, feature), "features know one another by commands only")
                    .check(all);
        }
    }

    @ArchTest
    static void pureRoomsUseNothingOfOursAndNoFramework(com.tngtech.archunit.core.domain.JavaClasses all) {
        for (String pure : PURE) {
            String[] ours =
                    packages(Stream.of(FEATURES, SHARED, others(PURE, pure)).flatMap(List::stream));
            noClasses()
                    .that()
                    .resideInAPackage("io.statemanager." + pure + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(Stream.concat(
                                    Arrays.stream(ours), Stream.of("io.vertx..", "org.slf4j..", "software.amazon.."))
                            .toArray(String[]::new))
                    .because("a format or a native call could be lifted out and published")
                    .allowEmptyShould(true)
                    .check(all);
        }
    }

    @ArchTest
    static void sharedRoomsUseEachOtherDownwards(com.tngtech.archunit.core.domain.JavaClasses all) {
        for (int i = 0; i < SHARED.size(); i++) {
            List<String> above = Stream.concat(FEATURES.stream(), SHARED.subList(i + 1, SHARED.size()).stream())
                    .toList();
            rule(SHARED.get(i), above, "shared rooms use each other downwards").check(all);
        }
    }

    @ArchTest
    static final ArchRule TRANSACTIONS_ARE_EXPLICIT = noClasses()
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "the SQL client's own transactions, which lose writes at this version",
                    call -> call.getTargetOwner().getPackageName().startsWith("io.vertx.sqlclient")
                            && Set.of("withTransaction", "begin").contains(call.getName())));

    /** One wait is what it is for: restic's pause after taking a lock. */
    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.statemanager.checkpoint.repository.LockKeeper")
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "Thread.sleep",
                    call -> call.getTargetOwner().isEquivalentTo(Thread.class)
                            && call.getName().equals("sleep")));

    @ArchTest
    static final ArchRule VERTICLES_ARE_WIRING = noClasses()
            .that()
            .haveSimpleNameEndingWith("Verticle")
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "blocking waits",
                    call -> Set.of("join", "get", "executeBlocking").contains(call.getName())
                            && (call.getTargetOwner().isAssignableTo(java.util.concurrent.Future.class)
                                    || call.getTargetOwner().getName().startsWith("io.vertx.core.Vertx"))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule EVERY_CLASS_HAS_A_ROOM = classes()
            .should()
            .resideInAnyPackage(Stream.concat(
                            Stream.of("io.statemanager"),
                            Stream.of(FEATURES, PURE, SHARED)
                                    .flatMap(List::stream)
                                    .map(room -> "io.statemanager." + room + ".."))
                    .toArray(String[]::new));

    private static ArchRule rule(String room, List<String> forbidden, String because) {
        return noClasses()
                .that()
                .resideInAPackage("io.statemanager." + room + "..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(packages(forbidden.stream())))
                .because(because)
                .allowEmptyShould(true);
    }

    private static List<String> others(List<String> rooms, String room) {
        return rooms.stream().filter(other -> !other.equals(room)).toList();
    }

    private static String[] packages(Stream<String> rooms) {
        return rooms.map(room -> "io.statemanager." + room + "..").toArray(String[]::new);
    }
}
