package io.vpccni.e2e.repository;

import com.sun.source.tree.BindingPatternTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DeconstructionPatternTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.PatternCaseLabelTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * Lists the switches that have a default and name a case of a sealed type. Sources are parsed only,
 * so a name is looked up as a reader does it: in its file, its imports and its package. Exceptions
 * are left out, because a switch over what was thrown needs a default.
 *
 * @param sealedTypes how many sealed types there are
 * @param withDefault place and case of each such switch
 */
record SealedSwitches(int sealedTypes, List<String> withDefault) {
  private static final String THROWABLE = "Exception";

  SealedSwitches {
    withDefault = List.copyOf(withDefault);
  }

  static SealedSwitches in(ParsedSources sources) {
    var types = new Types();
    types.scan(sources.units(), null);
    var found = new ArrayList<String>();
    for (var unit : sources.units()) {
      new Switches(unit, sources, types, found).scan(unit, null);
    }
    return new SealedSwitches(types.sealed.size(), found);
  }

  /** Collects which types are sealed, and what each type extends. */
  private static final class Types extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final Set<String> sealed = new HashSet<>();

    /** The simple names of what a type extends and implements, by the type's full name. */
    private final Map<String, Set<String>> parents = new HashMap<>();

    /** The full name of the type, or else of the package, that the scanner is in. */
    private String around = "";

    @Override
    public @Nullable Void visitCompilationUnit(CompilationUnitTree unit, @Nullable Void nothing) {
      around = packageOf(unit);
      return super.visitCompilationUnit(unit, null);
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
      var outer = around;
      around = inside(outer, type.getSimpleName().toString());
      if (type.getModifiers().getFlags().contains(Modifier.SEALED)) {
        sealed.add(type.getSimpleName().toString());
      }
      var above = new HashSet<String>();
      type.getImplementsClause().forEach(parent -> above.add(simple(parent)));
      var extended = type.getExtendsClause();
      if (extended != null) {
        above.add(simple(extended));
      }
      parents.put(around, above);
      super.visitClass(type, null);
      around = outer;
      return null;
    }

    boolean isType(String fullName) {
      return parents.containsKey(fullName);
    }

    boolean isCaseOfSealedType(String fullName) {
      return isCase(parents.getOrDefault(fullName, Set.of()), new HashSet<>());
    }

    private boolean isCase(Set<String> above, Set<String> seen) {
      return above.stream().noneMatch(name -> name.endsWith(THROWABLE))
          && above.stream()
              .filter(seen::add)
              .anyMatch(
                  name ->
                      sealed.contains(name)
                          ? declarations(name).noneMatch(Types::isThrown)
                          : declarations(name).anyMatch(higher -> isCase(higher, seen)));
    }

    private Stream<Set<String>> declarations(String simpleName) {
      return parents.entrySet().stream()
          .filter(type -> ("." + type.getKey()).endsWith("." + simpleName))
          .map(Map.Entry::getValue);
    }

    private static boolean isThrown(Set<String> above) {
      return above.stream().anyMatch(name -> name.endsWith(THROWABLE));
    }
  }

  /** Finds the switches that have both a case of a sealed type and a default. */
  private static final class Switches extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final CompilationUnitTree unit;
    private final ParsedSources sources;
    private final Types types;
    private final List<String> found;

    /** The full name of the type that the scanner is in, behind those that it is nested in. */
    private final Deque<String> around = new ArrayDeque<>();

    Switches(CompilationUnitTree unit, ParsedSources sources, Types types, List<String> found) {
      this.unit = unit;
      this.sources = sources;
      this.types = types;
      this.found = found;
      around.push(packageOf(unit));
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
      around.push(inside(around.element(), type.getSimpleName().toString()));
      super.visitClass(type, null);
      around.pop();
      return null;
    }

    @Override
    public @Nullable Void visitSwitch(SwitchTree node, @Nullable Void nothing) {
      look(node, node.getCases());
      return super.visitSwitch(node, null);
    }

    @Override
    public @Nullable Void visitSwitchExpression(SwitchExpressionTree node, @Nullable Void nothing) {
      look(node, node.getCases());
      return super.visitSwitchExpression(node, null);
    }

    private void look(Tree node, List<? extends CaseTree> all) {
      var labels = all.stream().flatMap(one -> one.getLabels().stream()).toList();
      if (labels.stream().noneMatch(DefaultCaseLabelTree.class::isInstance)) {
        return;
      }
      labels.stream()
          .flatMap(
              label -> label instanceof PatternCaseLabelTree pattern ? types(pattern) : Stream.of())
          .filter(name -> fullNames(name).findFirst().filter(types::isCaseOfSealedType).isPresent())
          .findFirst()
          .ifPresent(name -> found.add(sources.place(unit, node) + ": case " + name));
    }

    private static Stream<String> types(PatternCaseLabelTree label) {
      return switch (label.getPattern()) {
        case DeconstructionPatternTree record -> Stream.of(written(record.getDeconstructor()));
        case BindingPatternTree binding -> Stream.of(written(binding.getVariable().getType()));
        default -> Stream.of();
      };
    }

    /** Returns the types that a name may mean here, the nearest first. */
    private Stream<String> fullNames(String name) {
      var first = name.replaceAll("\\..*", "");
      var imported =
          unit.getImports().stream()
              .map(line -> line.getQualifiedIdentifier().toString())
              .filter(line -> line.endsWith("." + first))
              .map(line -> line + name.substring(first.length()));
      return Stream.concat(around.stream().map(type -> inside(type, name)), imported)
          .filter(types::isType);
    }
  }

  private static String packageOf(CompilationUnitTree unit) {
    var name = unit.getPackageName();
    return name == null ? "" : name.toString();
  }

  private static String inside(String outer, String name) {
    return outer.isEmpty() ? name : outer + "." + name;
  }

  private static String written(Tree type) {
    return type.toString().replaceAll("<.*", "").replaceAll(".* ", "");
  }

  private static String simple(Tree type) {
    return written(type).replaceAll(".*\\.", "");
  }
}
