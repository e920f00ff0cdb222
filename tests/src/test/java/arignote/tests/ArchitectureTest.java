package arignote.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import arignote.ArignoteException;
import arignote.ir.Variable;
import arignote.plan.BufferNames;
import arignote.plan.Layout;
import arignote.plan.Plan;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// Who may depend on whom, and the conventions that can be checked by looking at classes.
@AnalyzeClasses(packages = "arignote", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule TENSORS_KNOW_NOTHING =
      noClasses()
          .that()
          .resideInAPackage("arignote.tensor..")
          .should()
          .dependOnClassesThat(
              areInside("arignote")
                  .and(areOutside("arignote.tensor"))
                  .and(
                      DescribedPredicate.not(
                          JavaClass.Predicates.equivalentTo(ArignoteException.class))));

  /// But for the fluent methods of [Variable], which are the DSL's.
  @ArchTest
  static final ArchRule THE_IR_KNOWS_ONLY_TENSORS =
      noClasses()
          .that()
          .resideInAPackage("arignote.ir..")
          .and()
          .doNotBelongToAnyOf(Variable.class)
          .should()
          .dependOnClassesThat(
              areInside("arignote")
                  .and(areOutside("arignote.ir"))
                  .and(areOutside("arignote.tensor"))
                  .and(
                      DescribedPredicate.not(
                          JavaClass.Predicates.equivalentTo(ArignoteException.class))));

  /// But for the words in which every backend describes what it does.
  @ArchTest
  static final ArchRule THE_REFERENCE_KNOWS_NO_PASSES =
      noClasses()
          .that()
          .resideInAPackage("arignote.reference..")
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAnyPackage(
                      "arignote.rewrite..", "arignote.dsl..", "arignote.plan..")
                  .and(
                      DescribedPredicate.not(
                          JavaClass.Predicates.belongToAnyOf(
                              Plan.class, BufferNames.class, Layout.class))));

  @ArchTest
  static final ArchRule THE_CORE_KNOWS_NO_GRADIENTS_OR_BACKENDS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "arignote.ir..",
              "arignote.dsl..",
              "arignote.rewrite..",
              "arignote.plan..",
              "arignote.runtime..",
              "arignote.reference..",
              "arignote.inspect..",
              "arignote.io..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("arignote.autodiff..", "arignote.backend..", "arignote.examples..");

  /// What it shows does not depend on how it is shown; but for the text of a variable.
  @ArchTest
  static final ArchRule ONLY_FUNCTIONS_KNOW_INSPECTION =
      noClasses()
          .that()
          .resideInAnyPackage(
              "arignote.ir..",
              "arignote.dsl..",
              "arignote.rewrite..",
              "arignote.plan..",
              "arignote.reference..")
          .and()
          .doNotBelongToAnyOf(Variable.class)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("arignote.inspect..");

  @ArchTest
  static final ArchRule GRADIENTS_KNOW_NO_BACKENDS =
      noClasses()
          .that()
          .resideInAPackage("arignote.autodiff..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("arignote.backend..", "arignote.examples..");

  @ArchTest
  static final ArchRule BACKENDS_KNOW_NEITHER_GRADIENTS_NOR_EXAMPLES =
      noClasses()
          .that()
          .resideInAPackage("arignote.backend..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("arignote.autodiff..", "arignote.examples..");

  @ArchTest
  static final ArchRule THE_CPU_BACKEND_DOES_NOT_KNOW_CUDA =
      noClasses()
          .that()
          .resideInAPackage("arignote.backend.cpu..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("arignote.backend.cuda..");

  @ArchTest
  static final ArchRule THE_CUDA_BACKEND_DOES_NOT_KNOW_THE_CPU_S =
      noClasses()
          .that()
          .resideInAPackage("arignote.backend.cuda..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("arignote.backend.cpu..");

  @ArchTest
  static final ArchRule ONLY_ONE_PACKAGE_CALLS_OPENBLAS =
      noClasses()
          .that()
          .resideOutsideOfPackage("arignote.backend.cpu.blas..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco..");

  @ArchTest
  static final ArchRule ONLY_ONE_PACKAGE_CALLS_CUDA =
      noClasses()
          .that()
          .resideOutsideOfPackage("arignote.backend.cuda.driver..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jcuda..");

  @ArchTest
  static final ArchRule THE_CUDA_DRIVER_KNOWS_NO_GRAPHS =
      noClasses()
          .that()
          .resideInAPackage("arignote.backend.cuda.driver..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("arignote.ir..", "arignote.plan..");

  @ArchTest
  static final ArchRule ONLY_THE_TEXT_PACKAGES_USE_ANTLR =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "arignote.ir.text..", "arignote.rewrite.rules..", "arignote.autodiff.testing..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.antlr..");

  @ArchTest
  static final ArchRule USER_ERRORS_HAVE_ONE_TYPE_A_KIND =
      classes()
          .that()
          .areAssignableTo(ArignoteException.class)
          .and()
          .doNotBelongToAnyOf(ArignoteException.class)
          .should()
          .haveModifier(JavaModifier.FINAL)
          .andShould()
          .haveSimpleNameEndingWith("Exception");

  @ArchTest
  static final ArchRule NO_STATIC_MUTABLE_FIELDS =
      noFields()
          .that()
          .areStatic()
          .and()
          .areDeclaredInClassesThat(areHandWritten())
          .should()
          .notBeFinal();

  private static DescribedPredicate<JavaClass> areInside(String name) {
    return JavaClass.Predicates.resideInAPackage(name + "..");
  }

  private static DescribedPredicate<JavaClass> areOutside(String name) {
    return JavaClass.Predicates.resideOutsideOfPackage(name + "..");
  }

  /// All but the parsers that ANTLR generates.
  private static DescribedPredicate<JavaClass> areHandWritten() {
    return DescribedPredicate.describe(
        "are written by hand",
        type ->
            type.getAllRawSuperclasses().stream()
                .noneMatch(parent -> parent.getPackageName().startsWith("org.antlr")));
  }
}
