using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace PoseBridge.Core
{
    /// <summary>Reads JSON into Dictionary, List, string, double, bool and null. For small files of our own:
    /// connection files, bone maps.</summary>
    public sealed class Json
    {
        private const int MostDepth = 64;

        private readonly string _text;
        private int _at, _depth;

        private Json(string text)
        {
            _text = text;
        }

        /// <summary>FormatException for what is no JSON.</summary>
        public static object Parse(string text)
        {
            var reader = new Json(text);
            var value = reader.Value();
            reader.Space();
            if (reader._at < text.Length) throw reader.Wrong("the end");
            return value;
        }

        private object Value()
        {
            Space();
            if (++_depth > MostDepth) throw Wrong("no more than " + MostDepth + " values within each other");
            var next = _at < _text.Length ? _text[_at] : '\0';
            var value = next == '{' ? Dictionary() : next == '[' ? List() : next == '"' ? Text() : Word();
            _depth--;
            return value;
        }

        private object Dictionary()
        {
            var found = new Dictionary<string, object>();
            for (_at++; !Ends('}', found.Count > 0);)
            {
                Space();
                if (_at >= _text.Length || _text[_at] != '"') throw Wrong("a name in quotes");
                var name = Text();
                Space();
                if (_at >= _text.Length || _text[_at++] != ':') throw Wrong("a colon");
                found[name] = Value();
            }
            return found;
        }

        private object List()
        {
            var found = new List<object>();
            for (_at++; !Ends(']', found.Count > 0);) found.Add(Value());
            return found;
        }

        /// <summary>Whether the list ends here; else steps over the comma that is due.</summary>
        private bool Ends(char close, bool commaIsDue)
        {
            Space();
            if (_at >= _text.Length) throw Wrong("'" + close + "'");
            if (_text[_at] == close)
            {
                _at++;
                return true;
            }
            if (commaIsDue && _text[_at++] != ',') throw Wrong("a comma");
            return false;
        }

        private string Text()
        {
            var found = new StringBuilder();
            for (_at++; _at < _text.Length && _text[_at] != '"'; _at++)
                found.Append(_text[_at] == '\\' ? Escaped() : _text[_at]);
            if (_at++ >= _text.Length) throw Wrong("a closing quote");
            return found.ToString();
        }

        private char Escaped()
        {
            const string letters = "\"\\/bfnrt", means = "\"\\/\b\f\n\r\t";
            var letter = ++_at < _text.Length ? _text[_at] : '\0';
            if (letter == 'u')
            {
                int code;
                var digits = _text.Substring(_at + 1, Math.Min(4, _text.Length - _at - 1));
                if (digits.Length < 4 || !int.TryParse(digits, NumberStyles.AllowHexSpecifier,
                                                       CultureInfo.InvariantCulture, out code))
                    throw Wrong("four hexadecimal digits");
                _at += 4;
                return (char)code;
            }
            var place = letters.IndexOf(letter);
            if (place < 0) throw Wrong("an escape");
            return means[place];
        }

        private object Word()
        {
            var start = _at;
            while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || "+-.".IndexOf(_text[_at]) >= 0)) _at++;
            var word = _text.Substring(start, _at - start);
            if (word == "null") return null;
            if (word == "true" || word == "false") return word == "true";
            double number;
            if (word.Length > 0 && (char.IsDigit(word[0]) || word[0] == '-') &&
                double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out number)) return number;
            throw Wrong("a value");
        }

        private void Space()
        {
            while (_at < _text.Length && " \t\r\n".IndexOf(_text[_at]) >= 0) _at++;
        }

        private FormatException Wrong(string due)
        {
            return new FormatException("JSON: " + due + " is due at character " + _at);
        }
    }
}
