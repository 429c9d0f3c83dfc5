-- From layout 2 to 3: the tables stay. From here on the pages of a store may have checksums, which a version that knows none would not
-- write: it refuses layout 3.
SELECT 1;
