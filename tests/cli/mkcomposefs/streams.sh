# SPDX-License-Identifier: LGPL-2.1-or-later
# Standard input and output, pipes and descriptors.
{ echo "$root" && echo '/file 5 100644 1 0 0 0 1.5 - hello -'; } >dump
ok mkcomposefs --from-file dump image

ok mkcomposefs --from-file - - <dump
same image "$scratch/out"
mkcomposefs --from-file - - < <(cat dump) | cat >piped
same image piped

# What containers/storage does: standard output is a file that is only open for writing.
mkcomposefs --from-file - - <dump 1>blob
same image blob

# A descriptor by its path, at its end as well as at its start: the file is written, not replaced.
ok mkcomposefs --from-file dump /proc/self/fd/7 7>by_fd
same image by_fd

mkfifo pipe
cat pipe >from_pipe &
ok mkcomposefs --from-file dump pipe
wait $!
same image from_pipe
[[ -p pipe ]] || complain "the pipe was replaced"

# A symlink leads to the file that is written.
ln -s target link
ok mkcomposefs --from-file dump link
[[ -L link ]] || complain "the symlink was replaced"
same image target

# - is special as SOURCE only for dumps.
mkdir ./-
ok mkcomposefs --use-epoch - directory
[[ $(composefs-info dump directory | cut -c1) == / ]] || complain "not a directory's image"

script -qec 'mkcomposefs --from-file dump -' /dev/null </dev/null | tr -d '\r' >terminal || true
[[ $(<terminal) == 'mkcomposefs: stdout is a tty.  Refusing to use it' ]] || complain "$(<terminal)"
