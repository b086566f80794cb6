/**
 * This package decides when repairs go on and when they pause because another program keeps undoing
 * them.
 */
@NullMarked
package io.vpccni.netprog.drift;

import org.jspecify.annotations.NullMarked;
