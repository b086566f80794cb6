package io.vpccni.e2e.repository;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/**
 * Lists the records that have too many components.
 *
 * @param records how many records there are
 * @param tooLarge place, name and number of components of each record that has too many
 */
record LargeRecords(int records, List<String> tooLarge) {
  LargeRecords {
    tooLarge = List.copyOf(tooLarge);
  }

  static LargeRecords in(ParsedSources sources, int most) {
    var found = new ArrayList<String>();
    int records = 0;
    for (var unit : sources.units()) {
      var scanner = new Records(sources, unit, most, found);
      scanner.scan(unit, null);
      records += scanner.seen;
    }
    return new LargeRecords(records, found);
  }

  private static final class Records extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final ParsedSources sources;
    private final CompilationUnitTree unit;
    private final int most;
    private final List<String> found;
    private int seen;

    Records(ParsedSources sources, CompilationUnitTree unit, int most, List<String> found) {
      this.sources = sources;
      this.unit = unit;
      this.most = most;
      this.found = found;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
      if (type.getKind() == Tree.Kind.RECORD) {
        seen++;
        long components = type.getMembers().stream().filter(Records::isComponent).count();
        if (components > most) {
          found.add(sources.place(unit, type) + ": " + type.getSimpleName() + " has " + components);
        }
      }
      return super.visitClass(type, null);
    }

    /** A record has no other fields that belong to an instance. */
    private static boolean isComponent(Tree member) {
      return member instanceof VariableTree field
          && !field.getModifiers().getFlags().contains(Modifier.STATIC);
    }
  }
}
