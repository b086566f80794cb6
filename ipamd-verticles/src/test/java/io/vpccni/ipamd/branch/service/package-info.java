@NullMarked
package io.vpccni.ipamd.branch.service;

import org.jspecify.annotations.NullMarked;
