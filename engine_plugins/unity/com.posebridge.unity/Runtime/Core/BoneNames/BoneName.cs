using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace PoseBridge.Core
{
    /// <summary>What a bone's name says, whoever spelled it: its side and its stem, without prefixes, cases and
    /// separators. The same rules as the Blender extension's bone_names.py.</summary>
    public static class BoneName
    {
        private const double SharedBy = 0.8; // of all bones begin with a word: it is the character's name

        private static readonly HashSet<string> Left = new HashSet<string> { "l", "left", "lf", "lft", "左" };
        private static readonly HashSet<string> Right = new HashSet<string> { "r", "right", "rt", "rgt", "右" };
        private static readonly Regex Prefixes =
            new Regex(@"^(?:.*[:|/])?(?:mixamorig\d*[_:]?)?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        private static readonly Regex Spelled =
            new Regex(@"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[左右]|[^\W\d_A-Za-z左右]+");

        /// <summary>Lower-case words of a name: `mixamorig9:LeftUpLeg` -> left, up, leg.</summary>
        public static List<string> Words(string name)
        {
            var found = new List<string>();
            foreach (Match word in Spelled.Matches(Prefixes.Replace(name, "", 1)))
                Unglue(word.Value.ToLowerInvariant(), found);
            return found;
        }

        /// <summary>Side (L, R or none), a space, and the stem: the first word that is a side is the side.</summary>
        public static string Key(IEnumerable<string> words)
        {
            string side = "", stem = "";
            foreach (var word in words)
            {
                var found = Left.Contains(word) ? "L" : Right.Contains(word) ? "R" : "";
                if (found.Length > 0 && side.Length == 0) side = found;
                else stem += word;
            }
            return side + " " + stem;
        }

        /// <summary>Key -> number of the name; of two with one key the first counts. `DEF-` may be left out where
        /// that is clear.</summary>
        public static Dictionary<string, int> Keys(IList<List<string>> spelled)
        {
            var found = new Dictionary<string, int>();
            for (var number = 0; number < spelled.Count; number++) Add(found, Key(spelled[number]), number);
            for (var number = 0; number < spelled.Count; number++)
                if (spelled[number].Count > 0 && spelled[number][0] == "def")
                    Add(found, Key(spelled[number].GetRange(1, spelled[number].Count - 1)), number);
            return found;
        }

        /// <summary>The names' words without what nearly all of them begin with: Bob Hips, Bob Spine lose
        /// Bob.</summary>
        public static List<List<string>> WithoutSharedWords(IList<List<string>> spelled)
        {
            var found = new List<List<string>>(spelled);
            for (var common = Commonest(found); common != null; common = Commonest(found))
            {
                var shared = common;
                found = found.ConvertAll(words => words.Count > 1 && words[0] == shared
                                             ? words.GetRange(1, words.Count - 1) : words);
            }
            return found;
        }

        /// <summary>The first word of nearly all names; null where there is none, or it is a side.</summary>
        private static string Commonest(List<List<string>> spelled)
        {
            var counts = new Dictionary<string, int>();
            string best = null;
            foreach (var words in spelled)
            {
                if (words.Count < 2) continue;
                int before;
                counts.TryGetValue(words[0], out before);
                counts[words[0]] = before + 1;
                if (best == null || counts[words[0]] > counts[best]) best = words[0];
            }
            var isShared = best != null && !Left.Contains(best) && !Right.Contains(best) &&
                           counts[best] >= SharedBy * spelled.Count;
            return isShared ? best : null;
        }

        private static void Add(Dictionary<string, int> keys, string key, int number)
        {
            if (!keys.ContainsKey(key)) keys.Add(key, number);
        }

        /// <summary>`leftarm` -> left, arm; `armleft` -> arm, left.</summary>
        private static void Unglue(string word, List<string> into)
        {
            foreach (var side in new[] { "left", "right" })
            {
                if (word == side) continue;
                if (word.StartsWith(side, StringComparison.Ordinal))
                {
                    into.Add(side);
                    into.Add(word.Substring(side.Length));
                    return;
                }
                if (!word.EndsWith(side, StringComparison.Ordinal)) continue;
                into.Add(word.Substring(0, word.Length - side.Length));
                into.Add(side);
                return;
            }
            into.Add(word);
        }
    }
}
