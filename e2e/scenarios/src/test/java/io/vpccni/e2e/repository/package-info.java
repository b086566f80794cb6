/** Checks the repository as a whole: what its pages name, and which libraries it ships. */
@NullMarked
package io.vpccni.e2e.repository;

import org.jspecify.annotations.NullMarked;
